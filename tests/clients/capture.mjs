// Captures what the official clients and their helpers send, as inputs of request cases:
//
//   node capture.mjs FOLDER [PROTOCOL...]   -- writes FOLDER/<protocol>/sdk-<what>/{request,case}.json
//
// Run by hand when a client gets a new version; what it writes is read before it is committed.
import fs from 'node:fs';
import path from 'node:path';

import Anthropic from '@anthropic-ai/sdk';
import { BedrockRuntimeClient, ConverseCommand, ConverseStreamCommand } from '@aws-sdk/client-bedrock-runtime';
import { GoogleGenAI } from '@google/genai';
import { NodeHttpHandler } from '@smithy/node-http-handler';
import OpenAI from 'openai';

import { StaticServer } from './server.mjs';

const [folder, ...wanted] = process.argv.slice(2);
const server = new StaticServer();
await server.start();

const versionOf = (name) =>
  JSON.parse(fs.readFileSync(path.join('node_modules', name, 'package.json'), 'utf8')).version;

const schema = {
  type: 'object',
  properties: { city: { type: 'string' }, days: { type: 'integer' } },
  required: ['city', 'days'],
  additionalProperties: false,
};
const weather = { name: 'get_weather', description: 'The weather of a city.' };
const pixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

const toolAnswer = {
  'openai-chat': {
    id: 'chatcmpl-1',
    object: 'chat.completion',
    created: 1,
    model: 'gpt-4.1',
    choices: [
      {
        index: 0,
        finish_reason: 'tool_calls',
        message: {
          role: 'assistant',
          content: null,
          tool_calls: [
            { id: 'call_1', type: 'function', function: { name: 'get_weather', arguments: '{"city":"Oslo","days":1}' } },
          ],
        },
      },
    ],
  },
  'anthropic-messages': {
    id: 'msg_1',
    type: 'message',
    role: 'assistant',
    model: 'claude-sonnet-4-5',
    content: [{ type: 'tool_use', id: 'toolu_1', name: 'get_weather', input: { city: 'Oslo', days: 1 } }],
    stop_reason: 'tool_use',
    usage: { input_tokens: 1, output_tokens: 1 },
  },
  'gemini-generate': {
    candidates: [
      {
        content: { role: 'model', parts: [{ functionCall: { name: 'get_weather', args: { city: 'Oslo', days: 1 } } }] },
        finishReason: 'STOP',
      },
    ],
  },
};

const openai = () => new OpenAI({ apiKey: 'none', baseURL: `${server.url}/v1`, maxRetries: 0 });
const anthropic = () => new Anthropic({ apiKey: 'none', baseURL: server.url, maxRetries: 0 });
const gemini = () => new GoogleGenAI({ apiKey: 'none', httpOptions: { baseUrl: server.url } });
const bedrock = () =>
  new BedrockRuntimeClient({
    endpoint: server.url,
    region: 'us-east-1',
    credentials: { accessKeyId: 'none', secretAccessKey: 'none' },
    maxAttempts: 1,
    requestHandler: new NodeHttpHandler(),
  });

const chatTool = { type: 'function', function: { ...weather, parameters: schema, strict: true } };
const converseTool = { toolSpec: { ...weather, inputSchema: { json: schema } } };

/// What is called, the package it is of, and which of its requests is kept (default: the last).
const captures = [
  ['openai-chat', 'tool-runner', 'openai', (client) =>
    client.chat.completions
      .runTools(
        {
          model: 'gpt-4.1',
          messages: [{ role: 'user', content: 'Oslo tomorrow?' }],
          tools: [{ type: 'function', function: { ...weather, parameters: schema, parse: JSON.parse, function: () => '4 C' } }],
        },
        { maxChatCompletions: 2 },
      )
      .done()],
  ['openai-chat', 'structured-output', 'openai', (client) =>
    client.chat.completions.parse({
      model: 'gpt-4.1',
      messages: [
        { role: 'developer', content: 'Answer in JSON.' },
        { role: 'user', content: [{ type: 'text', text: 'And this?' }, { type: 'image_url', image_url: { url: `data:image/png;base64,${pixel}` } }] },
      ],
      response_format: { type: 'json_schema', json_schema: { name: 'trip', schema, strict: true } },
    })],
  ['openai-chat', 'stream-helper', 'openai', (client) =>
    client.chat.completions
      .stream({ model: 'gpt-5', messages: [{ role: 'user', content: 'Hi' }], tools: [chatTool], reasoning_effort: 'low', stream_options: { include_usage: true } })
      .done()],
  ['openai-responses', 'tools-and-items', 'openai', (client) =>
    client.responses.create({
      model: 'gpt-5',
      instructions: 'Be brief.',
      input: [
        { role: 'user', content: [{ type: 'input_text', text: 'Oslo?' }, { type: 'input_image', image_url: `data:image/png;base64,${pixel}`, detail: 'low' }] },
        { type: 'function_call', call_id: 'call_1', name: 'get_weather', arguments: '{"city":"Oslo","days":1}' },
        { type: 'function_call_output', call_id: 'call_1', output: '4 C' },
      ],
      tools: [{ type: 'function', ...weather, parameters: schema, strict: true }],
      reasoning: { effort: 'low', summary: 'auto' },
    })],
  ['openai-responses', 'structured-output', 'openai', (client) =>
    client.responses.parse({ model: 'gpt-4.1', input: 'A trip, please.', text: { format: { type: 'json_schema', name: 'trip', schema, strict: true } } })],
  ['openai-responses', 'stream-helper', 'openai', (client) =>
    client.responses.stream({ model: 'gpt-4.1', input: 'Hi' }).finalResponse()],
  ['anthropic-messages', 'tool-runner', '@anthropic-ai/sdk', (client) =>
    client.beta.messages.toolRunner({
      model: 'claude-sonnet-4-5',
      max_tokens: 1024,
      max_iterations: 2,
      messages: [{ role: 'user', content: 'Oslo tomorrow?' }],
      tools: [{ ...weather, input_schema: schema, run: () => '4 C', parse: (input) => input }],
    })],
  ['anthropic-messages', 'stream-helper', '@anthropic-ai/sdk', (client) =>
    client.messages
      .stream({
        model: 'claude-sonnet-4-5',
        max_tokens: 4096,
        thinking: { type: 'enabled', budget_tokens: 2048 },
        system: [{ type: 'text', text: 'Be brief.', cache_control: { type: 'ephemeral' } }],
        messages: [{ role: 'user', content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: pixel } }, { type: 'text', text: 'What is it?' }] }],
        tools: [{ ...weather, input_schema: schema }],
      })
      .finalMessage()],
  ['gemini-generate', 'automatic-function-calling', '@google/genai', (client) =>
    client.models.generateContent({
      model: 'gemini-2.5-flash',
      contents: 'Oslo tomorrow?',
      config: {
        systemInstruction: 'Be brief.',
        tools: [
          {
            tool: async () => ({ functionDeclarations: [{ ...weather, parametersJsonSchema: schema }] }),
            callTool: async () => [{ functionResponse: { name: 'get_weather', response: { output: '4 C' } } }],
          },
        ],
        automaticFunctionCalling: { maximumRemoteCalls: 2 },
      },
    })],
  ['gemini-generate', 'chat', '@google/genai', async (client) => {
    const chat = client.chats.create({
      model: 'gemini-2.5-flash',
      history: [{ role: 'user', parts: [{ text: 'Hi' }] }, { role: 'model', parts: [{ text: 'Hello.' }] }],
      config: { temperature: 0.5, thinkingConfig: { thinkingBudget: 512, includeThoughts: true } },
    });
    await chat.sendMessage({ message: [{ text: 'What is it?' }, { inlineData: { mimeType: 'image/png', data: pixel } }] });
  }],
  ['gemini-generate', 'structured-stream', '@google/genai', async (client) => {
    const stream = await client.models.generateContentStream({
      model: 'gemini-2.5-flash',
      contents: 'A trip, please.',
      config: { responseMimeType: 'application/json', responseJsonSchema: schema },
    });
    for await (const answer of stream) void answer;
  }],
  ['bedrock-converse', 'tools', '@aws-sdk/client-bedrock-runtime', (client) =>
    client.send(
      new ConverseCommand({
        modelId: 'us.anthropic.claude-sonnet-4-5-20250929-v1:0',
        system: [{ text: 'Be brief.' }, { cachePoint: { type: 'default' } }],
        messages: [
          { role: 'user', content: [{ text: 'Oslo?' }, { image: { format: 'png', source: { bytes: Buffer.from(pixel, 'base64') } } }] },
          { role: 'assistant', content: [{ toolUse: { toolUseId: 'tooluse_1', name: 'get_weather', input: { city: 'Oslo', days: 1 } } }] },
          { role: 'user', content: [{ toolResult: { toolUseId: 'tooluse_1', content: [{ text: '4 C' }] } }] },
        ],
        inferenceConfig: { maxTokens: 512, temperature: 0.2 },
        toolConfig: { tools: [converseTool], toolChoice: { auto: {} } },
      }),
    )],
  ['bedrock-converse', 'stream', '@aws-sdk/client-bedrock-runtime', (client) =>
    client.send(
      new ConverseStreamCommand({
        modelId: 'amazon.nova-lite-v1:0',
        messages: [{ role: 'user', content: [{ text: 'Hi' }] }],
        inferenceConfig: { maxTokens: 64, topP: 0.9, stopSequences: ['END'] },
      }),
    )],
];

const clients = {
  'openai-chat': openai,
  'openai-responses': openai,
  'anthropic-messages': anthropic,
  'gemini-generate': gemini,
  'bedrock-converse': bedrock,
};

for (const [protocol, what, library, call] of captures) {
  if (wanted.length > 0 && !wanted.includes(protocol)) continue;
  server.answerWith(JSON.stringify(toolAnswer[protocol] ?? {}));
  try {
    await call(clients[protocol]());
  } catch {
    // The answer is no more than what makes the helper go on; what it sent is what counts.
  }
  const request = server.requests.at(-1);
  const target = path.join(folder, protocol, `sdk-${what}`);
  fs.mkdirSync(target, { recursive: true });
  fs.writeFileSync(path.join(target, 'request.json'), request.body);
  const info = {
    about: `What the official client sends: ${what.replaceAll('-', ' ')}.`,
    source: `npm package ${library} ${versionOf(library)}, captured by tests/clients/capture.mjs`,
    path: request.path,
  };
  fs.writeFileSync(path.join(target, 'case.json'), `${JSON.stringify(info, null, 2)}\n`);
  console.log(`${protocol}/sdk-${what}: ${request.path}, request ${server.requests.length}, ${request.body.length} bytes`);
}
await server.stop();
