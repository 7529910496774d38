import { existsSync } from 'node:fs';
import { glob, readFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { parse } from 'yaml';
import type { CodecOutcome } from '../src/codecs/codec.ts';
import { createCodecPool } from '../src/codecs/codec-pool.ts';

/*
 * How many of the vendors' own examples come out of their codecs, run unchanged in our sandbox:
 *
 *     npm run bench:vendor-codecs -w iot-agents -- <folder>…
 *
 * A folder is a clone of a public collection: github.com/chirpstack/chirpstack-device-profiles
 * (codecs/<name>.js beside test_decode_<name>.json) or github.com/actility/device-catalog
 * (drivers/<name>/examples.json beside package.json). VERBOSE=on shows each example that fails.
 */

interface Example {
  readonly codec: string;
  readonly bytes: readonly number[];
  readonly fPort: number | null;
  readonly recvTime: string;
  /** Undefined: the vendor says that this is an error. */
  readonly expected: unknown;
}

const folders = process.argv.slice(2);
if (folders.length === 0) {
  process.stderr.write('Usage: npm run bench:vendor-codecs -w iot-agents -- <folder>…\n');
  process.exit(2);
}

const pool = createCodecPool();
const codecs = new Map<string, { passed: number; failed: number }>();
const reasons = new Map<string, number>();
let unreadable = 0;
for (const folder of folders) {
  for await (const example of examplesOf(folder)) {
    const source = await readFile(example.codec, 'utf8');
    const { bytes, fPort, recvTime, expected } = example;
    const [outcome] = await pool.decode(source, [{ bytes: Uint8Array.from(bytes), fPort, recvTime }]);
    const reason = failureOf(outcome, expected);
    const tally = codecs.get(example.codec) ?? { passed: 0, failed: 0 };
    codecs.set(example.codec, tally);
    if (reason === undefined) tally.passed += 1;
    else {
      tally.failed += 1;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
      if (process.env.VERBOSE) console.log(example.codec, fPort, Buffer.from(bytes).toString('hex'), outcome, expected);
    }
  }
}
await pool.close();

const tallies = [...codecs.values()];
const sum = (of: (tally: { passed: number; failed: number }) => number) =>
  tallies.reduce((total, tally) => total + of(tally), 0);
const [passed, failed] = [sum((tally) => tally.passed), sum((tally) => tally.failed)];
console.log(`${codecs.size} codecs, ${passed + failed} examples: ${passed} as the vendor says, ${failed} not`);
console.log(`${tallies.filter((tally) => tally.failed === 0).length} codecs give all of their examples`);
for (const [reason, count] of [...reasons].sort(([, one], [, other]) => other - one))
  console.log(`${count} × ${reason}`);
if (unreadable > 0) console.log(`${unreadable} files of examples can't be read or have no codec beside them`);

async function* examplesOf(folder: string): AsyncGenerator<Example> {
  for await (const file of glob('**/codecs/test_decode_*.json', { cwd: folder })) {
    const codec = join(folder, dirname(file), `${basename(file, '.json').replace('test_decode_', '')}.js`);
    for (const { input, expected } of await read(join(folder, file), codec)) {
      yield { codec, ...readInput(input), expected: expected?.errors?.length > 0 ? undefined : expected?.data };
    }
  }
  for await (const file of glob('**/drivers/*/examples.json', { cwd: folder })) {
    const driver = join(folder, dirname(file));
    const codec = join(driver, await mainOf(driver));
    for (const { type, input, output } of await read(join(folder, file), codec)) {
      if (type === 'uplink') {
        yield { codec, ...readInput(input), expected: output?.errors?.length > 0 ? undefined : output?.data };
      }
    }
  }
}

// biome-ignore lint/suspicious/noExplicitAny: the vendors' files, in no shape that one could rely on
async function read(file: string, codec: string): Promise<any[]> {
  try {
    if (!existsSync(codec)) throw new Error(`no ${codec}`);
    // Comments, hexadecimal numbers and commas too many are usual in them: YAML takes all but the comments.
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

function readInput(input: { bytes?: unknown; fPort?: number; recvTime?: string } | undefined) {
  const { bytes, fPort, recvTime } = input ?? {};
  const given = typeof bytes === 'string' ? [...Buffer.from(bytes.replaceAll(/[^0-9a-f]/gi, ''), 'hex')] : bytes;
  return {
    bytes: Array.isArray(given) ? given.map(Number) : [],
    fPort: fPort ?? null,
    recvTime: recvTime ?? '2026-01-01T00:00:00.000Z',
  };
}

/** Undefined: as the vendor says. */
function failureOf(outcome: CodecOutcome | undefined, expected: unknown): string | undefined {
  if (outcome === undefined) return 'no outcome';
  if ('fault' in outcome) {
    if (expected === undefined) return undefined;
    return outcome.fault === 'decode error' ? `the codec throws: ${outcome.message.slice(0, 80)}` : outcome.fault;
  }
  if (expected === undefined) return 'an error was expected';
  return isDeepStrictEqual(plain(outcome.data), plain(expected)) ? undefined : 'other data than the vendor says';
}

/** As JSON has it, times in milliseconds; a list of values is a member of ours. */
function plain(value: unknown): unknown {
  const text = JSON.stringify(Array.isArray(value) ? { values: value } : (value ?? null));
  return JSON.parse(text.replaceAll(/(T\d{2}:\d{2}:\d{2}\.\d{3})\d+Z"/g, '$1Z"'));
}
