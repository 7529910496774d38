import { spawn } from 'node:child_process';
import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { findPostgres, startPostgres } from '../../scripts/postgres-server.ts';
import { endProgram, freePort } from '../../scripts/programs.ts';
import { startArguments } from '../../scripts/start-command.ts';

/*
 * npm run bench -- live [--times 3]
 *
 * How long other clients wait during an expensive request: the longest answer of `/live`, which is polled constantly,
 * and the longest turn of the event loop by the broker's metrics. Medians of the runs, on a new PostgreSQL.
 */
const { values } = parseArgs({ args: process.argv.slice(2), options: { times: { type: 'string', default: '3' } } });
const times = Number(values.times);
const EVERY_MS = 5;
const IDLE_MS = 2_000;

const bin = findPostgres();
if (bin === undefined) throw new Error('PostgreSQL 17 with PostGIS is not installed');
const postgres = await startPostgres(bin, ['jit=off']);
const port = await freePort();
const child = spawn(process.execPath, startArguments('broker'), {
  stdio: ['ignore', 'ignore', 'inherit'],
  env: { PATH: process.env.PATH, DATABASE_URL: postgres.url, PORT: String(port), LOG_LEVEL: 'error' },
});

const liveAgent = new Agent({ keepAlive: true });
const agent = new Agent({ keepAlive: true });

interface Answer {
  readonly status: number;
  readonly text: string;
}

function ask(
  method: string,
  path: string,
  body?: Buffer,
  headers: Record<string, string> = {},
  by = agent,
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const length =
      body === undefined ? {} : { 'content-type': 'application/json', 'content-length': String(body.length) };
    const outgoing = request(
      { port, method, path, agent: by, headers: { ...length, ...headers } },
      (response: IncomingMessage) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString() }));
        response.on('error', reject);
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}

const API = '/ngsi-ld/v1';
const LD = { 'content-type': 'application/ld+json' };
const json = (value: unknown) => Buffer.from(JSON.stringify(value));
const numbers = (count: number) => Array.from({ length: count }, (_, n) => n);
const terms = (count: number, start: number) =>
  Object.fromEntries(numbers(count).map((n) => [`term${n}`, `https://x.example/${start}/${n}/`]));
const lamps = (count: number, start: number, text = '') =>
  numbers(count).map((n) => ({
    id: `urn:x:${start}-${n}`,
    type: 'Lamp',
    power: { type: 'Property', value: n },
    ...(text && { note: { type: 'Property', value: text } }),
  }));
const attributes = (count: number) =>
  Object.fromEntries(numbers(count).map((n) => [`a${n}`, { type: 'Property', value: n }]));

/** The requests by name. @param run makes the request different each time */
const ATTEMPTS: { readonly [name: string]: (run: number) => () => Promise<Answer> } = {
  'nothing, for comparison': () => async () => {
    await pause(IDLE_MS);
    return { status: 0, text: '' };
  },
  '14 MB of brackets': () => asked('POST', '/entityOperations/create', Buffer.from('['.repeat(14_000_000))),
  '14 MB of one string': (run) =>
    asked(
      'POST',
      '/entities',
      json({ id: `urn:x:long-${run}`, type: 'Text', text: { type: 'Property', value: 'é'.repeat(7_000_000) } }),
    ),
  'a @context of 50,000 terms': (run) =>
    asked('POST', '/entities', json({ '@context': terms(50_000, run), id: `urn:x:${run}`, type: 'term1' }), LD),
  'a @context of 20,000 terms': (run) =>
    asked(
      'POST',
      '/entities',
      json({ '@context': terms(20_000, run), id: `urn:x:of-terms-${run}`, type: 'term1', ...attributes(500) }),
      LD,
    ),
  'the same @context again': (run) =>
    asked(
      'POST',
      '/entities',
      json({ '@context': terms(20_000, run), id: `urn:x:of-terms-again-${run}`, type: 'term1' }),
      LD,
    ),
  'a @context of 20,000 terms, to be kept': (run) =>
    asked('POST', '/jsonldContexts', json({ '@context': terms(20_000, run + 1000) }), LD),
  'all kept @contexts': () => asked('GET', '/jsonldContexts?details=true'),
  'an entity of 9,000 attributes': (run) =>
    asked('POST', '/entities', json({ id: `urn:x:wide-${run}`, type: 'Wide', ...attributes(9_000) })),
  'a change to it': (run) => asked('PATCH', `/entities/urn:x:wide-${run}/attrs`, json(attributes(9_000))),
  'that entity': (run) => asked('GET', `/entities/urn:x:wide-${run}`),
  'an entity of 5,000 attributes with IRIs': (run) =>
    asked(
      'POST',
      '/entities',
      json({
        id: `urn:x:iris-${run}`,
        type: 'Iris',
        ...Object.fromEntries(numbers(5_000).map((n) => [`https://y.example/${n}`, { type: 'Property', value: n }])),
      }),
    ),
  'that, by a @context of 20,000 prefixes': (run) =>
    asked(
      'POST',
      '/entityOperations/query',
      json({
        '@context': terms(20_000, run),
        type: 'Query',
        entities: [{ id: `urn:x:iris-${run}`, type: 'https://uri.etsi.org/ngsi-ld/default-context/Iris' }],
      }),
      LD,
    ),
  '10,000 entities': (run) => asked('POST', '/entityOperations/create', json(lamps(10_000, run))),
  'the same, changed': (run) => asked('POST', '/entityOperations/upsert', json(lamps(10_000, run, 'x'))),
  'a page of 1,000': () => asked('GET', '/entities?type=Lamp&limit=1000'),
  'the same, deleted': (run) =>
    asked('POST', '/entityOperations/delete', json(numbers(10_000).map((n) => `urn:x:${run}-${n}`))),
  '1,000 entities of 14 kB': (run) =>
    asked('POST', '/entityOperations/create', json(lamps(1_000, run + 5000, 'y'.repeat(14_000)))),
  'a page of 1,000 of them': () => asked('GET', '/entities?type=Lamp&limit=1000'),
  'a history of 20,000 values': (run) =>
    asked(
      'POST',
      '/temporal/entities',
      json({
        id: `urn:x:past-${run}`,
        type: 'Past',
        power: numbers(20_000).map((n) => ({
          type: 'Property',
          value: n,
          observedAt: new Date(1.6e12 + n * 1000).toISOString(),
        })),
      }),
    ),
};

function asked(method: string, path: string, body?: Buffer, headers?: Record<string, string>): () => Promise<Answer> {
  return () => ask(method, API + path, body, headers);
}

interface Measured {
  readonly status: number;
  readonly ms: number;
  readonly liveMs: number;
  readonly turnMs: number;
}

async function measure(attempt: () => Promise<Answer>): Promise<Measured> {
  await longestTurn();
  let isDone = false;
  const since = performance.now();
  const answer = attempt().finally(() => {
    isDone = true;
  });
  let liveMs = 0;
  while (!isDone) {
    const askedAt = performance.now();
    await ask('GET', '/live', undefined, {}, liveAgent);
    liveMs = Math.max(liveMs, performance.now() - askedAt);
    await pause(EVERY_MS);
  }
  const { status } = await answer;
  return { status, ms: performance.now() - since, liveMs, turnMs: await longestTurn() };
}

/** In ms since the last call. */
async function longestTurn(): Promise<number> {
  const { text } = await ask('GET', '/metrics');
  const line = /^nodejs_eventloop_lag_max_seconds(?:\{.*\})? (\S+)$/m.exec(text);
  return Number(line?.[1] ?? Number.NaN) * 1000;
}

function medianOf(numbers: readonly number[]): string {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)]?.toFixed(0) ?? '';
}

try {
  for (;;) {
    const isReady = await ask('GET', '/ready').then(
      ({ status }) => status === 200,
      () => false,
    );
    if (isReady) break;
    if (child.exitCode !== null) throw new Error(`The broker has ended with ${child.exitCode}`);
    await pause(100);
  }
  await ask('POST', `${API}/entities`, json({ id: 'urn:x:first', type: 'Lamp' }));
  console.log('| asked | answer | ms | longest /live, ms | longest turn, ms |\n| --- | --: | --: | --: | --: |');
  for (const [name, attemptOf] of Object.entries(ATTEMPTS)) {
    const measured: Measured[] = [];
    for (let run = 1; run <= times; run++) measured.push(await measure(attemptOf(run)));
    const of = (member: keyof Measured) => medianOf(measured.map((each) => each[member]));
    console.log(`| ${name} | ${of('status')} | ${of('ms')} | ${of('liveMs')} | ${of('turnMs')} |`);
  }
} finally {
  liveAgent.destroy();
  agent.destroy();
  await endProgram(child);
  await postgres.stop();
}
