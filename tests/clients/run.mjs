// The official clients read what `aiproxy translate` writes, for every target from every source.
//
//   AIPROXY_BINARY=build/aiproxy node run.mjs [CASE PART] -- report in $CLIENTS_REPORT (GoogleTest's XML)
import { execFileSync, spawnSync } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';

import { errorFailures } from './errors.mjs';
import { differences, meaningOf } from './meaning.mjs';
import { readers, streamTypes } from './readers.mjs';
import { StaticServer } from './server.mjs';

const binary = process.env.AIPROXY_BINARY;
const root = path.resolve(process.env.FIXTURES ?? '../../fixtures/protocols');
const only = process.argv[2] ?? '';
const streamFiles = ['stream.sse', 'stream.json', 'stream.aws-eventstream'];

/// Completions are read as chat by everybody, OpenAI's chat too.
const asChat = (options) => (options.includes('--capability') ? options : [...options, '--capability', 'chat']);

function translate(file, from, to, kind, extra = [], input = undefined) {
  const result = spawnSync(
    binary,
    ['translate', '--from', from, '--to', to, '--kind', kind, '--report', 'none', ...asChat(extra), file],
    { input, maxBuffer: 1 << 28, env: { ...process.env, SOURCE_DATE_EPOCH: '1700000000' } },
  );
  return { code: result.status, out: result.stdout };
}

/// What the source means, by way of the neutral form; null when it is broken on purpose.
function meantBy(file, from, kind) {
  const neutral = translate(file, from, 'neutral', kind, kind === 'stream' ? ['--aggregate'] : []);
  if (neutral.code !== 0) return null;
  const document = JSON.parse(neutral.out);
  return document.neutral === 'response' ? meaningOf(document) : null;
}

const results = [];

async function check(name, test) {
  if (only !== '' && !name.includes(only)) return;
  let failures;
  try {
    failures = await test();
  } catch (error) {
    failures = [`threw ${error?.stack ?? error}`];
  }
  results.push({ name, failures });
  if (failures.length > 0) console.log(`FAIL ${name}\n  ${failures.join('\n  ')}`);
}

/// `judge`: what is wrong with the error that was thrown.
async function expectError(read, judge = () => []) {
  try {
    await read();
  } catch (error) {
    return judge(error);
  }
  return ['no error was thrown'];
}

async function checkAnswer(server, file, from, to, kind) {
  const meant = meantBy(file, from, kind);
  const { code, out } = translate(file, from, to, kind);
  if (code !== 0 && kind === 'response') return [];
  const contentType = kind === 'response' ? 'application/json' : (streamTypes[to] ?? 'text/event-stream');
  server.answerWith(out, { contentType });
  const read = () => readers[to][kind](server.url);
  if (meant === null) return kind === 'stream' && out.length > 0 ? expectError(read) : [];
  return differences(to, meant, await read());
}

/// A count of tokens, read by the client's own counting.
async function checkCount(server, file, from, to) {
  const capability = ['--capability', 'count-tokens'];
  const neutral = translate(file, from, 'neutral', 'response', capability);
  const { code, out } = translate(file, from, to, 'response', capability);
  if (neutral.code !== 0 || code !== 0) return [];
  server.answerWith(out);
  const seen = await readers[to].count(server.url);
  const meant = JSON.parse(neutral.out).usage.input;
  return seen === meant ? [] : [`counted ${seen}, meant ${meant}`];
}

/// The first part of a stream: whatever it is cut to, the client must not take it for the whole.
async function checkCut(server, file, from, to) {
  if (meantBy(file, from, 'stream') === null) return [];
  const bytes = fs.readFileSync(file);
  const cut = bytes.subarray(0, Math.floor(bytes.length * 0.6));
  const { code, out } = translate('-', from, to, 'stream', [], cut);
  if (code === 0 || out.length === 0) return []; // what was cut off was not needed
  server.answerWith(out, { contentType: streamTypes[to] ?? 'text/event-stream' });
  return expectError(() => readers[to].stream(server.url));
}

async function checkError(server, file, from, to) {
  const info = JSON.parse(fs.readFileSync(path.join(path.dirname(file), 'case.json')));
  const envelope = JSON.stringify({
    status: info.status ?? 400,
    headers: info.headers ?? {},
    body: JSON.parse(fs.readFileSync(file)),
  });
  const translated = (target) =>
    JSON.parse(
      execFileSync(
        binary,
        [
          ...['translate', '--from', from, '--to', target, '--kind', 'error', '--emit', 'envelope'],
          ...['--report', 'none', ...asChat([])],
        ],
        { input: envelope },
      ),
    );
  const { status, headers, body } = translated(to);
  const { kind } = translated('neutral').body;
  server.answerWith(JSON.stringify(body), { status, headers });
  return expectError(
    () => readers[to].response(server.url),
    (error) => {
      const seen = error.status ?? error.$metadata?.httpStatusCode;
      if (seen !== status) return [`error with status ${seen}, meant ${status}`];
      const same = from.startsWith('openai-') && to.startsWith('openai-'); // goes across as it came
      return same ? [] : errorFailures(to, error, kind);
    },
  );
}

const server = new StaticServer();
await server.start();
const protocols = Object.keys(readers).filter((id) => fs.existsSync(path.join(root, id)));
for (const from of protocols) {
  for (const name of fs.readdirSync(path.join(root, from)).sort()) {
    const folder = path.join(root, from, name);
    const files = fs.readdirSync(folder);
    const stream = streamFiles.find((file) => files.includes(file));
    const info = JSON.parse(fs.readFileSync(path.join(folder, 'case.json')));
    for (const to of protocols) {
      if (to === from) continue; // the same bytes, good or bad
      // Chat is written as completions by the cases that say so.
      if ((to === 'openai-completions') !== (info.writes === 'completions')) continue;
      const label = `${from}/${name} to ${to}`;
      if (info.capability === 'count-tokens') {
        const file = path.join(folder, 'response.json');
        if (!files.includes('response.json') || !readers[to].count) continue;
        await check(`count ${label}`, () => checkCount(server, file, from, to));
        continue;
      }
      if (files.includes('response.json')) {
        const file = path.join(folder, 'response.json');
        await check(`response ${label}`, () => checkAnswer(server, file, from, to, 'response'));
      }
      if (stream) {
        const file = path.join(folder, stream);
        await check(`stream ${label}`, () => checkAnswer(server, file, from, to, 'stream'));
        await check(`cut stream ${label}`, () => checkCut(server, file, from, to));
      }
      if (files.includes('error.json')) {
        await check(`error ${label}`, () => checkError(server, path.join(folder, 'error.json'), from, to));
      }
    }
  }
}
await server.stop();

const escape = (text) =>
  text.replace(/[<>&"\x00-\x1f]/g, (c) => `&#${c.charCodeAt(0) < 32 ? 32 : c.charCodeAt(0)};`);
const failed = results.filter((result) => result.failures.length > 0);
if (process.env.CLIENTS_REPORT) {
  const lines = results.map(
    ({ name, failures }) =>
      `<testcase name="${escape(name)}" status="run" result="completed">` +
      failures.map((failure) => `<failure message="${escape(failure)}"/>`).join('') +
      '</testcase>',
  );
  fs.writeFileSync(
    process.env.CLIENTS_REPORT,
    `<testsuites tests="${results.length}" failures="${failed.length}">\n${lines.join('\n')}\n</testsuites>\n`,
  );
}
console.log(`${results.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length > 0 ? 1 : 0);
