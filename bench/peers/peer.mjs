// The mappings as one writes them in JavaScript: node peer.mjs request|lines|stream|stream-back <in >out
import { readFileSync, readSync, writeSync } from 'node:fs';

function image(url) {
  if (!url.startsWith('data:')) return { type: 'image', source: { type: 'url', url } };
  const comma = url.indexOf(',');
  const mediaType = url.slice('data:'.length, comma).split(';', 1)[0];
  return { type: 'image', source: { type: 'base64', media_type: mediaType, data: url.slice(comma + 1) } };
}

function blocks(content) {
  if (content == null) return [];
  if (typeof content === 'string') return [{ type: 'text', text: content }];
  return content.map(part =>
    part.type === 'image_url' ? image(part.image_url.url) : { type: 'text', text: part.text });
}

function toolUse({ id, function: { name, arguments: text } }) {
  return { type: 'tool_use', id, name, input: JSON.parse(text) };
}

function turn(message) {
  switch (message.role) {
    case 'tool':
      return ['user', [{ type: 'tool_result', tool_use_id: message.tool_call_id, content: message.content }]];
    case 'assistant':
      return ['assistant', [...blocks(message.content), ...(message.tool_calls ?? []).map(toolUse)]];
    default:
      return [message.role, blocks(message.content)];
  }
}

function toolChoice(choice) {
  if (typeof choice === 'object') return { type: 'tool', name: choice.function.name };
  return { type: choice === 'required' ? 'any' : choice };
}

function request(input) {
  const system = [];
  const messages = [];
  for (const message of input.messages) {
    const [role, content] = turn(message);
    if (role === 'system' || role === 'developer') system.push(...content);
    else if (messages.at(-1)?.role === role) messages.at(-1).content.push(...content);
    else messages.push({ role, content });
  }
  const output = { model: input.model, max_tokens: input.max_completion_tokens ?? input.max_tokens };
  if (system.length) output.system = system;
  output.messages = messages;
  if (input.tools) {
    output.tools = input.tools.map(({ function: { name, description, parameters } }) =>
      ({ name, description, input_schema: parameters }));
  }
  if (input.tool_choice) output.tool_choice = toolChoice(input.tool_choice);
  if (input.temperature !== undefined) output.temperature = input.temperature;
  if (input.stop !== undefined) output.stop_sequences = [].concat(input.stop);
  if (input.stream !== undefined) output.stream = input.stream;
  if (input.user !== undefined) output.metadata = { user_id: input.user };
  return output;
}

const event = data => `event: ${data.type}\ndata: ${JSON.stringify(data)}\n\n`;

function streamMapper() {
  let begun = false;
  return text => {
    if (text === '[DONE]') return event({ type: 'message_stop' });
    const { id, model, choices: [choice], usage } = JSON.parse(text);
    let out = '';
    if (!begun) {
      begun = true;
      out += event({ type: 'message_start', message: { id, type: 'message', role: 'assistant', model, content: [],
        stop_reason: null, stop_sequence: null, usage: { input_tokens: 0, output_tokens: 0 } } });
      out += event({ type: 'content_block_start', index: 0, content_block: { type: 'text', text: '' } });
    }
    if (choice?.delta.content) {
      out += event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: choice.delta.content } });
    }
    if (choice?.finish_reason) out += event({ type: 'content_block_stop', index: 0 });
    if (usage) {
      out += event({ type: 'message_delta', delta: { stop_reason: 'end_turn', stop_sequence: null },
        usage: { output_tokens: usage.completion_tokens } });
    }
    return out;
  };
}

function streamBackMapper() {
  let head, input;
  const chunk = (choices, usage) =>
    `data: ${JSON.stringify({ ...head, choices, ...(usage && { usage }) })}\n\n`;
  const delta = (value, finish = null) => chunk([{ index: 0, delta: value, finish_reason: finish }]);
  return text => {
    const data = JSON.parse(text);
    switch (data.type) {
      case 'message_start':
        head = { id: data.message.id, object: 'chat.completion.chunk', created: 0, model: data.message.model };
        input = data.message.usage.input_tokens;
        return delta({ role: 'assistant', content: '' });
      case 'content_block_delta':
        return delta({ content: data.delta.text });
      case 'message_delta': {
        const output = data.usage.output_tokens;
        return delta({}, 'stop') +
          chunk([], { prompt_tokens: input, completion_tokens: output, total_tokens: input + output });
      }
      case 'message_stop':
        return 'data: [DONE]\n\n';
      default:
        return '';
    }
  };
}

function* inputLines() {
  const buffer = Buffer.allocUnsafe(1 << 18);
  const decoder = new TextDecoder();
  let rest = '';
  for (let count; (count = readSync(0, buffer)) > 0;) {
    const lines = (rest + decoder.decode(buffer.subarray(0, count), { stream: true })).split('\n');
    rest = lines.pop();
    yield* lines;
  }
  if (rest) yield rest;
}

function mapLines(map) {
  let out = '';
  for (const line of inputLines()) {
    out += map(line);
    if (out.length > 1 << 18) {
      writeSync(1, out);
      out = '';
    }
  }
  writeSync(1, out);
}

const ofData = map => line => (line.startsWith('data: ') ? map(line.slice('data: '.length)) : '');

switch (process.argv[2]) {
  case 'request':
    writeSync(1, JSON.stringify(request(JSON.parse(readFileSync(0, 'utf8')))) + '\n');
    break;
  case 'lines':
    mapLines(line => JSON.stringify(request(JSON.parse(line))) + '\n');
    break;
  case 'stream':
    mapLines(ofData(streamMapper()));
    break;
  case 'stream-back':
    mapLines(ofData(streamBackMapper()));
    break;
  default:
    console.error('expected request, lines, stream or stream-back');
    process.exit(2);
}
