// Each official client as a reader: an answer of its protocol -> what a program gets to see.
//
// A meaning is { text, refusal, reasoning, calls: [{ name, args }], finish, input, output }. `finish` is the
// client's own word. A client that counts tokens has `count`, which gives the number.
import Anthropic from '@anthropic-ai/sdk';
import {
  BedrockRuntimeClient,
  ConverseCommand,
  ConverseStreamCommand,
  CountTokensCommand,
} from '@aws-sdk/client-bedrock-runtime';
import { GoogleGenAI } from '@google/genai';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import OpenAI from 'openai';

const parsed = (text) => {
  if (typeof text !== 'string') return text;
  try {
    return JSON.parse(text === '' ? '{}' : text);
  } catch {
    return text;
  }
};

const openai = (url) => new OpenAI({ apiKey: 'none', baseURL: `${url}/v1`, maxRetries: 0 });

const chatMeaning = (completion) => {
  const choice = completion.choices[0];
  const message = choice?.message ?? {};
  return {
    text: message.content ?? '',
    refusal: message.refusal ?? '',
    reasoning: message.reasoning_content ?? '',
    calls: (message.tool_calls ?? []).map((call) =>
      call.type === 'custom'
        ? { name: call.custom.name, args: call.custom.input }
        : { name: call.function.name, args: parsed(call.function.arguments) },
    ),
    finish: choice?.finish_reason,
    input: completion.usage?.prompt_tokens,
    output: completion.usage?.completion_tokens,
  };
};

const openaiChat = {
  async response(url) {
    return chatMeaning(
      await openai(url).chat.completions.create({ model: 'm', messages: [{ role: 'user', content: 'x' }] }),
    );
  },
  async stream(url) {
    const request = {
      model: 'm',
      messages: [{ role: 'user', content: 'x' }],
      stream_options: { include_usage: true },
    };
    const seen = { text: '', refusal: '', reasoning: '', calls: [] };
    const custom = [];
    for await (const chunk of await openai(url).chat.completions.create({ ...request, stream: true })) {
      seen.input = chunk.usage?.prompt_tokens ?? seen.input;
      seen.output = chunk.usage?.completion_tokens ?? seen.output;
      const choice = chunk.choices[0];
      if (choice?.index !== 0) continue;
      seen.finish = choice.finish_reason ?? seen.finish;
      seen.text += choice.delta.content ?? '';
      seen.refusal += choice.delta.refusal ?? '';
      seen.reasoning += choice.delta.reasoning_content ?? '';
      for (const call of choice.delta.tool_calls ?? []) {
        custom[call.index] ??= { name: '', args: '' };
        custom[call.index].name += call.custom?.name ?? '';
        custom[call.index].args += call.custom?.input ?? '';
      }
    }
    // The helper puts the pieces together; it does not know free-form calls.
    if (custom.some((call) => call.name !== '')) return { ...seen, calls: custom };
    const meaning = chatMeaning(await openai(url).chat.completions.stream(request).finalChatCompletion());
    return { ...meaning, reasoning: seen.reasoning };
  },
};

const responsesMeaning = (response) => {
  const content = response.output.flatMap((item) => (item.type === 'message' ? item.content : []));
  const reasoning = response.output.filter((item) => item.type === 'reasoning');
  return {
    text: content.map((part) => (part.type === 'output_text' ? part.text : '')).join(''),
    refusal: content.map((part) => (part.type === 'refusal' ? part.refusal : '')).join(''),
    reasoning: reasoning
      .flatMap((item) => [...(item.summary ?? []), ...(item.content ?? [])])
      .map((part) => part.text)
      .join(''),
    calls: response.output.flatMap((item) => {
      if (item.type === 'function_call') return [{ name: item.name, args: parsed(item.arguments) }];
      if (item.type === 'custom_tool_call') return [{ name: item.name, args: item.input }];
      return [];
    }),
    finish: response.incomplete_details?.reason ?? response.status,
    input: response.usage?.input_tokens,
    output: response.usage?.output_tokens,
  };
};

const openaiResponses = {
  async response(url) {
    return responsesMeaning(await openai(url).responses.create({ model: 'm', input: 'x' }));
  },
  async stream(url) {
    const stream = openai(url).responses.stream({ model: 'm', input: 'x' });
    return responsesMeaning(await stream.finalResponse());
  },
  async count(url) {
    return (await openai(url).responses.inputTokens.count({ model: 'm', input: 'x' })).input_tokens;
  },
};

const anthropic = (url) => new Anthropic({ apiKey: 'none', baseURL: url, maxRetries: 0 });

const anthropicMeaning = (message) => ({
  text: message.content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
  refusal: '',
  reasoning: message.content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
  calls: message.content.flatMap((block) =>
    block.type === 'tool_use' ? [{ name: block.name, args: block.input }] : [],
  ),
  finish: message.stop_reason,
  input:
    message.usage.input_tokens +
    (message.usage.cache_read_input_tokens ?? 0) +
    (message.usage.cache_creation_input_tokens ?? 0),
  output: message.usage.output_tokens,
});

const anthropicRequest = { model: 'm', max_tokens: 1024, messages: [{ role: 'user', content: 'x' }] };

const anthropicMessages = {
  async response(url) {
    return anthropicMeaning(await anthropic(url).messages.create(anthropicRequest));
  },
  async stream(url) {
    return anthropicMeaning(await anthropic(url).messages.stream(anthropicRequest).finalMessage());
  },
  async count(url) {
    const { max_tokens: _, ...request } = anthropicRequest;
    return (await anthropic(url).messages.countTokens(request)).input_tokens;
  },
};

const gemini = (url) => new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: url } });

const geminiMeaning = (answers) => {
  const parts = answers.flatMap((answer) => answer.candidates?.find((one) => !one.index)?.content?.parts ?? []);
  const usage = answers.findLast((answer) => answer.usageMetadata)?.usageMetadata;
  const finish = answers.findLast((answer) => answer.candidates?.[0]?.finishReason)?.candidates[0].finishReason;
  return {
    text: parts.map((part) => (part.thought ? '' : (part.text ?? ''))).join(''),
    refusal: '',
    reasoning: parts.map((part) => (part.thought ? (part.text ?? '') : '')).join(''),
    calls: parts.flatMap((part) =>
      part.functionCall ? [{ name: part.functionCall.name, args: part.functionCall.args ?? {} }] : [],
    ),
    finish,
    input: usage && (usage.promptTokenCount ?? 0) + (usage.toolUsePromptTokenCount ?? 0),
    output: usage && (usage.candidatesTokenCount ?? 0) + (usage.thoughtsTokenCount ?? 0),
  };
};

const geminiGenerate = {
  async response(url) {
    return geminiMeaning([await gemini(url).models.generateContent({ model: 'm', contents: 'x' })]);
  },
  async stream(url) {
    const answers = [];
    for await (const answer of await gemini(url).models.generateContentStream({ model: 'm', contents: 'x' })) {
      answers.push(answer);
    }
    return geminiMeaning(answers);
  },
  async count(url) {
    return (await gemini(url).models.countTokens({ model: 'm', contents: 'x' })).totalTokens;
  },
};

const bedrock = (url) =>
  new BedrockRuntimeClient({
    endpoint: url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });

const bedrockMeaning = (blocks, stopReason, usage) => ({
  text: blocks.map((block) => block.text ?? (block.citationsContent?.content ?? []).map((one) => one.text).join('')).join(''),
  refusal: '',
  reasoning: blocks.map((block) => block.reasoningContent?.reasoningText?.text ?? '').join(''),
  calls: blocks.flatMap((block) => (block.toolUse ? [{ name: block.toolUse.name, args: block.toolUse.input }] : [])),
  finish: stopReason,
  input: usage && usage.inputTokens + (usage.cacheReadInputTokens ?? 0) + (usage.cacheWriteInputTokens ?? 0),
  output: usage?.outputTokens,
});

const bedrockRequest = { modelId: 'm', messages: [{ role: 'user', content: [{ text: 'x' }] }] };

const bedrockConverse = {
  async response(url) {
    const answer = await bedrock(url).send(new ConverseCommand(bedrockRequest));
    return bedrockMeaning(answer.output.message.content, answer.stopReason, answer.usage);
  },
  async stream(url) {
    const answer = await bedrock(url).send(new ConverseStreamCommand(bedrockRequest));
    const blocks = [];
    let stopReason;
    let usage;
    for await (const event of answer.stream) {
      const at = (event.contentBlockStart ?? event.contentBlockDelta)?.contentBlockIndex;
      if (at !== undefined) blocks[at] ??= {};
      const toolUse = event.contentBlockStart?.start?.toolUse;
      if (toolUse) blocks[at].toolUse = { name: toolUse.name, input: '' };
      const delta = event.contentBlockDelta?.delta;
      if (delta?.text !== undefined) blocks[at].text = (blocks[at].text ?? '') + delta.text;
      if (delta?.toolUse) blocks[at].toolUse.input += delta.toolUse.input;
      if (delta?.reasoningContent?.text) {
        blocks[at].reasoningContent ??= { reasoningText: { text: '' } };
        blocks[at].reasoningContent.reasoningText.text += delta.reasoningContent.text;
      }
      stopReason = event.messageStop?.stopReason ?? stopReason;
      usage = event.metadata?.usage ?? usage;
    }
    for (const block of blocks) if (block.toolUse) block.toolUse.input = parsed(block.toolUse.input);
    return bedrockMeaning(blocks, stopReason, usage);
  },
  async count(url) {
    const { modelId, ...converse } = bedrockRequest;
    return (await bedrock(url).send(new CountTokensCommand({ modelId, input: { converse } }))).inputTokens;
  },
};

/// Pieces of one choice.
const completionsMeaning = (choices, usage) => ({
  text: choices.map((choice) => choice.text).join(''),
  refusal: '',
  reasoning: '',
  calls: [],
  finish: choices.findLast((choice) => choice.finish_reason)?.finish_reason,
  input: usage?.prompt_tokens,
  output: usage?.completion_tokens,
});

const openaiCompletions = {
  async response(url) {
    const answer = await openai(url).completions.create({ model: 'm', prompt: 'x' });
    return completionsMeaning(answer.choices.slice(0, 1), answer.usage);
  },
  async stream(url) {
    const choices = [];
    let usage;
    for await (const chunk of await openai(url).completions.create({ model: 'm', prompt: 'x', stream: true })) {
      choices.push(...chunk.choices.filter((choice) => choice.index === 0));
      usage = chunk.usage ?? usage;
    }
    if (!choices.some((choice) => choice.finish_reason)) throw new Error('the stream has no end');
    return completionsMeaning(choices, usage);
  },
};

export const readers = {
  'openai-completions': openaiCompletions,
  'openai-chat': openaiChat,
  'openai-responses': openaiResponses,
  'anthropic-messages': anthropicMessages,
  'gemini-generate': geminiGenerate,
  'bedrock-converse': bedrockConverse,
};

/// Content type of a stream, per protocol.
export const streamTypes = {
  'bedrock-converse': 'application/vnd.amazon.eventstream',
};
