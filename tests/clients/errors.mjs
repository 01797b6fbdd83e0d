// The class of error that each official client throws, by what the error means.
import Anthropic from '@anthropic-ai/sdk';
import { ApiError } from '@google/genai';
import OpenAI from 'openai';

// OpenAI's and Anthropic's clients have the same classes. 402, 408 and 413 have none of their own.
const byKind = {
  invalid_request: 'BadRequestError',
  authentication: 'AuthenticationError',
  billing: 'APIError',
  permission: 'PermissionDeniedError',
  not_found: 'NotFoundError',
  conflict: 'ConflictError',
  too_large: 'APIError',
  unprocessable: 'UnprocessableEntityError',
  rate_limit: 'RateLimitError',
  api: 'InternalServerError',
  timeout: 'APIError',
  overloaded: 'InternalServerError',
};

const amazonNames = {
  invalid_request: 'ValidationException',
  authentication: 'UnrecognizedClientException',
  billing: 'ServiceQuotaExceededException',
  permission: 'AccessDeniedException',
  not_found: 'ResourceNotFoundException',
  conflict: 'ConflictException',
  too_large: 'ValidationException',
  unprocessable: 'ValidationException',
  rate_limit: 'ThrottlingException',
  api: 'InternalServerException',
  timeout: 'ModelTimeoutException',
  overloaded: 'ServiceUnavailableException',
};

const thrownBy = {
  'openai-chat': (error, kind) => error instanceof OpenAI[byKind[kind]],
  'openai-responses': (error, kind) => error instanceof OpenAI[byKind[kind]],
  'anthropic-messages': (error, kind) => error instanceof Anthropic[byKind[kind]],
  'gemini-generate': (error) => error instanceof ApiError,
  'bedrock-converse': (error, kind) => error.name === amazonNames[kind],
};

/// What is wrong with the error that the client of protocol `to` threw; `kind` is the neutral form's word.
export function errorFailures(to, error, kind) {
  return thrownBy[to](error, kind) ? [] : [`${error.constructor.name} ${error.name} is not what '${kind}' is thrown as`];
}
