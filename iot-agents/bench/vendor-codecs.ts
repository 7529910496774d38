import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { CodecOutcome } from '../src/codecs/codec.ts';
import { createCodecPool } from '../src/codecs/codec-pool.ts';

/*
 * Counts how many examples of vendors, uplinks to decode and downlinks to encode, have the expected result when their unchanged
 * codecs run in our sandbox:
 *
 *     npm run bench:vendor-codecs -w iot-agents -- <folder>…
 *
 * A folder is a clone of a public collection: github.com/chirpstack/chirpstack-device-profiles
 * (codecs/<name>.js next to test_decode_<name>.json and test_encode_<name>.json) or github.com/actility/device-catalog
 * (drivers/<name>/examples.json next to package.json). VERBOSE=on shows each example that fails.
 */

type Example = {
  readonly codec: string;
  /** Undefined: an error is expected. */
  readonly expected: unknown;
} & (
  | {
      readonly kind: 'uplink';
      readonly bytes: readonly number[];
      readonly fPort: number | null;
      readonly recvTime: string;
    }
  | { readonly kind: 'downlink'; readonly data: Readonly<Record<string, unknown>>; readonly fPort: number | null }
);

const folders = process.argv.slice(2);
if (folders.length === 0) {
  process.stderr.write('Usage: npm run bench:vendor-codecs -w iot-agents -- <folder>…\n');
  process.exit(2);
}

const pool = createCodecPool();
const kinds = { uplink: { passed: 0, failed: 0 }, downlink: { passed: 0, failed: 0 } };
const codecs = new Map<string, { passed: number; failed: number }>();
const reasons = new Map<string, number>();
let unreadable = 0;
for (const folder of folders) {
  for await (const example of examplesOf(folder)) {
    const source = await readFile(example.codec, 'utf8');
    const { kind, expected } = example;
    const outcome = await outcomeOf(source, example);
    const reason = failureOf(outcome, expected);
    const tally = codecs.get(example.codec) ?? { passed: 0, failed: 0 };
    codecs.set(example.codec, tally);
    for (const counted of [tally, kinds[kind]]) counted[reason === undefined ? 'passed' : 'failed'] += 1;
    if (reason === undefined) continue;
    const shown = `${kind}: ${reason}`;
    reasons.set(shown, (reasons.get(shown) ?? 0) + 1);
    if (process.env.VERBOSE) console.log(JSON.stringify({ ...example, outcome, reason }));
  }
}
await pool.close();

const tallies = [...codecs.values()];
for (const [kind, { passed, failed }] of Object.entries(kinds)) {
  console.log(`${kind}s: ${passed + failed} examples, ${passed} as the vendor says, ${failed} not`);
}
console.log(
  `${codecs.size} codecs, ${tallies.filter(({ failed }) => failed === 0).length} of them give all of their examples`,
);
for (const [reason, count] of [...reasons].sort(([, one], [, other]) => other - one))
  console.log(`${count} × ${reason}`);
if (unreadable > 0) console.log(`${unreadable} files of examples can't be read or have no codec beside them`);

async function* examplesOf(folder: string): AsyncGenerator<Example> {
  for await (const file of glob('**/codecs/test_{de,en}code_*.json', { cwd: folder })) {
    const [, verb, name = ''] = /^test_(de|en)code_(.*)\.json$/.exec(basename(file)) ?? [];
    const codec = await codecOf(join(folder, dirname(file)), name);
    for (const { input, expected } of await read(join(folder, file), codec)) {
      yield verb === 'de' ? uplink(codec, input, expected) : downlink(codec, input, expected);
    }
  }
  for await (const file of glob('**/drivers/*/examples.json', { cwd: folder })) {
    const driver = join(folder, dirname(file));
    const codec = join(driver, await mainOf(driver));
    for (const { type, input, output } of await read(join(folder, file), codec)) {
      if (type === 'uplink') yield uplink(codec, input, output);
      if (type === 'downlink-encode') yield downlink(codec, input, output);
    }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the files of vendors have no reliable shape
async function read(file: string, codec: string): Promise<any[]> {
  try {
    if (!existsSync(codec)) throw new Error(`no ${codec}`);
    // They often contain comments, hexadecimal numbers and surplus commas. YAML accepts all except the comments.
    const examples = parse((await readFile(file, 'utf8')).replaceAll(/^\s*\/\/.*$|(?<=[\s,[\]{}])\/\/[^"]*$/gm, ''));
    if (!Array.isArray(examples)) throw new Error('no list');
    return examples;
  } catch (cause) {
    unreadable += 1;
    if (process.env.VERBOSE) console.log(file, cause instanceof Error ? cause.message.split('\n')[0] : cause);
    return [];
  }
}

async function mainOf(driver: string): Promise<string> {
  const { main = 'index.js' } = JSON.parse(await readFile(join(driver, 'package.json'), 'utf8').catch(() => '{}'));
  return String(main);
}

/** `<name>.js`; if a sensor has several ranges, they follow the name. */
async function codecOf(codecs: string, name: string): Promise<string> {
  const codec = join(codecs, `${name}.js`);
  const ranges = existsSync(codec) ? [] : await Array.fromAsync(glob(`${name}-*.js`, { cwd: codecs }));
  const [only, ...others] = ranges;
  return only === undefined || others.length > 0 ? codec : join(codecs, only);
}

interface Given {
  readonly bytes?: unknown;
  readonly fPort?: number;
  readonly recvTime?: string;
  readonly data?: Readonly<Record<string, unknown>>;
}
interface Said extends Given {
  readonly errors?: readonly string[];
}

function uplink(codec: string, input: Given | undefined, output: Said | undefined): Example {
  const { bytes, fPort, recvTime } = input ?? {};
  return {
    codec,
    kind: 'uplink',
    bytes: bytesOf(bytes),
    fPort: fPort ?? null,
    recvTime: recvTime ?? '2026-01-01T00:00:00.000Z',
    // If the codec returns the data without an envelope, so do its examples.
    expected: isError(output) ? undefined : 'data' in (output ?? {}) ? output?.data : output,
  };
}

function downlink(codec: string, input: Given | undefined, output: Said | undefined): Example {
  const { bytes, fPort } = output ?? {};
  // The outcome and the expected result are treated alike.
  const expected = { bytes: bytesOf(bytes), ...(fPort === undefined ? {} : { fPort }) };
  return {
    codec,
    kind: 'downlink',
    data: input?.data ?? {},
    fPort: input?.fPort ?? null,
    expected: isError(output) ? undefined : expected,
  };
}

function isError(output: Said | undefined): boolean {
  return (output?.errors?.length ?? 0) > 0;
}

function bytesOf(bytes: unknown): number[] {
  const given = typeof bytes === 'string' ? [...Buffer.from(bytes.replaceAll(/[^0-9a-f]/gi, ''), 'hex')] : bytes;
  return Array.isArray(given) ? given.map(Number) : [];
}

async function outcomeOf(source: string, example: Example): Promise<CodecOutcome | undefined> {
  const { fPort } = example;
  if (example.kind === 'downlink') return pool.encode(source, { data: example.data, fPort });
  const [outcome] = await pool.decode(source, [{ ...example, bytes: Uint8Array.from(example.bytes) }]);
  return outcome;
}

/** The difference; undefined: the result is as expected. */
function failureOf(outcome: CodecOutcome | undefined, expected: unknown): string | undefined {
  if (outcome === undefined) return 'no outcome';
  if ('fault' in outcome) {
    if (expected === undefined) return undefined;
    return outcome.fault === 'decode error' ? `the codec throws: ${outcome.message.slice(0, 80)}` : outcome.fault;
  }
  if (expected === undefined) return 'an error was expected';
  return isDeepStrictEqual(like(plain(outcome.data), plain(expected)), plain(expected))
    ? undefined
    : 'other data than the vendor says';
}

/** Masks the same values as `expected`: times of the vendor's own test. */
function like(given: unknown, expected: unknown): unknown {
  if (expected === 'XXXX-XX-XXTXX:XX:XX.XXXZ') return Number.isNaN(Date.parse(String(given))) ? given : expected;
  if (expected === 'SKIP_NUMBER') return typeof given === 'number' ? expected : given;
  if (typeof given !== 'object' || typeof expected !== 'object' || given === null || expected === null) return given;
  const members = expected as Readonly<Record<string, unknown>>;
  if (Array.isArray(given)) return given.map((each, index) => like(each, members[index]));
  return Object.fromEntries(Object.entries(given).map(([name, each]) => [name, like(each, members[name])]));
}

/** The value as JSON, with times in milliseconds; a list of values becomes one of our members. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(Array.isArray(value) ? { values: value } : (value ?? null));
  return JSON.parse(text.replaceAll(/(T\d{2}:\d{2}:\d{2}\.\d{3})\d+Z"/g, '$1Z"'));
}
