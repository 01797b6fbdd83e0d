// What an answer means, from the neutral form; and how each client should then see it.

/// The form with every "x_at": pointer resolved to "x" (docs/protocols/README.md). A pointer starts at
/// the object that holds it; each leading "../" at the one around that.
function resolved(value, around = []) {
  if (Array.isArray(value)) return value.map((item) => resolved(item, around));
  if (value === null || typeof value !== 'object') return value;
  const inside = [value, ...around];
  const members = Object.entries(value).map(([key, member]) => [key, resolved(member, inside)]);
  const object = Object.fromEntries(members);
  for (const [key, pointer] of Object.entries(value)) {
    if (typeof pointer !== 'string' || !key.endsWith('_at') || key.slice(0, -3) in value) continue;
    let rest = pointer;
    let from = 0;
    while (rest.startsWith('../')) {
      rest = rest.slice(3);
      ++from;
    }
    const steps = rest.split('/').filter((step) => step !== '');
    object[key.slice(0, -3)] = steps.reduce(
      (at, step) => at?.[step.replaceAll('~1', '/').replaceAll('~0', '~')],
      inside[from],
    );
  }
  return object;
}

/// The neutral form of a response -> the same shape that readers.mjs gives.
export function meaningOf(form) {
  const neutral = resolved(form);
  const candidate = (neutral.candidates ?? [])[0] ?? {};
  const parts = candidate.message?.parts ?? [];
  const textOf = (part) => part.text ?? '';
  return {
    text: parts.filter((part) => part.part === 'text' && !part.refusal).map(textOf).join(''),
    refusal: parts.filter((part) => part.part === 'text' && part.refusal).map(textOf).join(''),
    reasoning: parts.filter((part) => part.part === 'reasoning').map(textOf).join(''),
    calls: parts
      .filter((part) => part.part === 'tool_call')
      .map((part) => ({ name: part.name ?? '', args: argumentsOf(part), custom: part.custom ?? false })),
    finish: candidate.finish?.kind ?? 'unset',
    input: neutral.usage?.input,
    cached: (neutral.usage?.cache_read ?? 0) + (neutral.usage?.cache_write ?? 0),
    output: neutral.usage?.output,
    opaque: parts.some((part) => part.part === 'opaque' || part.part === 'media'),
  };
}

function argumentsOf(call) {
  const { json, text } = call.arguments ?? {};
  if (json !== undefined) return json;
  if (call.custom) return text ?? '';
  try {
    return JSON.parse(text || '{}');
  } catch {
    return text;
  }
}

/// The words of each protocol for a unified finish reason. Several: any of them.
const finishWords = {
  'openai-chat': {
    stop: ['stop'],
    stop_sequence: ['stop'],
    length: ['length'],
    context_length: ['length'],
    tool_calls: ['tool_calls', 'function_call'],
    content_filter: ['content_filter'],
    pause: ['stop'],
    other: ['stop'],
  },
  'openai-completions': {
    stop: ['stop'],
    stop_sequence: ['stop'],
    length: ['length'],
    context_length: ['length'],
    tool_calls: ['stop'],
    content_filter: ['content_filter'],
    pause: ['stop'],
    other: ['stop'],
  },
  'openai-responses': {
    stop: ['completed'],
    stop_sequence: ['completed'],
    length: ['max_output_tokens'],
    context_length: ['max_output_tokens'],
    tool_calls: ['completed'],
    content_filter: ['content_filter'],
    pause: ['completed'],
    other: ['completed'],
  },
  'anthropic-messages': {
    stop: ['end_turn'],
    stop_sequence: ['stop_sequence', 'end_turn'],
    length: ['max_tokens'],
    context_length: ['model_context_window_exceeded'],
    tool_calls: ['tool_use'],
    content_filter: ['refusal'],
    pause: ['pause_turn'],
    other: ['end_turn'],
  },
  'gemini-generate': {
    stop: ['STOP'],
    stop_sequence: ['STOP'],
    length: ['MAX_TOKENS'],
    context_length: ['MAX_TOKENS'],
    tool_calls: ['STOP'],
    content_filter: ['SAFETY'],
    pause: ['OTHER'],
    other: ['OTHER'],
  },
  'bedrock-converse': {
    stop: ['end_turn', 'tool_use'],
    stop_sequence: ['stop_sequence'],
    length: ['max_tokens'],
    context_length: ['model_context_window_exceeded'],
    tool_calls: ['tool_use'],
    content_filter: ['content_filtered'],
    pause: ['end_turn'],
    other: ['end_turn'],
  },
};

/// Protocols in which a refusal is the text of the answer.
const refusalIsText = new Set(['anthropic-messages', 'gemini-generate', 'bedrock-converse', 'openai-completions']);
/// Protocols that have only text.
const onlyText = new Set(['openai-completions']);
/// Protocols in which a free-form call has its input as a member, {"input": "..."}.
const customIsObject = new Set(['anthropic-messages', 'gemini-generate', 'bedrock-converse']);

const sameJson = (a, b) => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));

function sorted(value) {
  if (Array.isArray(value)) return value.map(sorted);
  if (value === null || typeof value !== 'object') return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)).map(([k, v]) => [k, sorted(v)]));
}

function sameArguments(protocol, meant, seen, custom) {
  if (sameJson(meant, seen) || sameJson(meant, { _raw_arguments: seen })) return true;
  if (typeof meant !== 'string') return false;
  if (custom) return customIsObject.has(protocol) && sameJson(seen, { input: meant });
  // Broken JSON: wrapped in a document; in a stream the client makes of it what it can.
  return sameJson(seen, { _raw_arguments: meant }) || typeof seen === 'object';
}

/// What else a client may see as the reason, because of what the answer holds.
function alsoFits(meant) {
  const words = [];
  if (meant.refusal !== '') words.push('refusal', 'SAFETY', 'content_filtered', 'content_filter');
  if (meant.calls.length > 0) words.push('tool_use', 'tool_calls');
  return words;
}

/// The differences between what was meant and what a client of `protocol` sees, as sentences.
export function differences(protocol, meant, seen) {
  const found = [];
  if (onlyText.has(protocol)) meant = { ...meant, reasoning: '', calls: [], opaque: false };
  const text = refusalIsText.has(protocol) ? meant.text + meant.refusal : meant.text;
  if (!meant.opaque && seen.text !== text) found.push(`text ${JSON.stringify(seen.text)}, meant ${JSON.stringify(text)}`);
  if (!refusalIsText.has(protocol) && seen.refusal !== meant.refusal) {
    found.push(`refusal ${JSON.stringify(seen.refusal)}, meant ${JSON.stringify(meant.refusal)}`);
  }
  const flat = (reasoning) => reasoning.replaceAll('\n\n', '');
  if (flat(seen.reasoning) !== flat(meant.reasoning)) {
    found.push(`reasoning ${JSON.stringify(seen.reasoning)}, meant ${JSON.stringify(meant.reasoning)}`);
  }
  const calls = meant.calls.filter((call, i) => {
    const other = seen.calls[i];
    return !other || other.name !== call.name || !sameArguments(protocol, call.args, other.args, call.custom);
  });
  if (calls.length > 0 || seen.calls.length !== meant.calls.length) {
    found.push(`calls ${JSON.stringify(seen.calls)}, meant ${JSON.stringify(meant.calls)}`);
  }
  const words = finishWords[protocol][meant.finish];
  if (words && ![...words, ...alsoFits(meant)].includes(seen.finish)) found.push(`finish ${seen.finish}, meant ${meant.finish}`);
  for (const count of ['input', 'output']) {
    // What was read from a cache was read, whatever the vendor counts as input.
    const most = count === 'input' ? Math.max(meant.input, meant.cached) : meant[count];
    if (meant[count] !== undefined && seen[count] !== meant[count] && seen[count] !== most) {
      found.push(`${count} tokens ${seen[count]}, meant ${meant[count]}`);
    }
  }
  return found;
}
