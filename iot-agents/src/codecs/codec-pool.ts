import { createHash } from 'node:crypto';
import { namedCache } from '@alzette/kit/caches';
import type { CodecInput, CodecOutcome, EncodeInput } from './codec.ts';
import { SANDBOX_LIMITS } from './codec.ts';
import { createWorkerLane } from './worker-lane.ts';

export interface CodecPool {
  /** Decodes with TS013 JavaScript. Returns an outcome for each input, in order. Never rejects because of a codec. */
  decode(source: string, inputs: readonly CodecInput[]): Promise<CodecOutcome[]>;
  /** Encodes with TS013 JavaScript (`encodeDownlink`). */
  encode(source: string, input: EncodeInput): Promise<CodecOutcome>;
  close(): Promise<void>;
}

const KILL_AFTER_MS = 1_000;
/** For the threads that are rarely needed. */
const END_AFTER_MS = 30_000;
const BATCH = 128;
/** After this many successful calls a codec is proven, and no longer shares a thread with unproven ones. */
const PROVEN_AFTER = 50;
const TIMEOUTS_UNTIL_REST = 3;
const REST_MS = 30_000;
/** Codecs are known by their sources, and every try may bring another one. */
const RECORDS_BYTES = 16 * 1024 * 1024;
const RECORD_BYTES = 300;

interface CodecRecord {
  readonly hash: string;
  goodCalls: number;
  /** It has exceeded its deadline and has not been proven since. */
  isSuspect: boolean;
  timeoutsInARow: number;
  restsUntil: number;
}

/**
 * Uses up to three threads, started on demand; two of them end when idle. One is for proven codecs, one for new codecs,
 * and one for those that have exceeded their deadline. So a hanging codec delays other new ones once, and afterwards
 * only similar ones; after three timeouts in a row it is suspended for half a minute. When no new codec is waiting, the
 * first that becomes proven keeps its thread: most installations have few codecs and then need only one thread.
 */
export function createCodecPool(): CodecPool {
  const proven = createWorkerLane(SANDBOX_LIMITS, KILL_AFTER_MS);
  const trial = createWorkerLane(SANDBOX_LIMITS, KILL_AFTER_MS, END_AFTER_MS);
  const suspect = createWorkerLane(SANDBOX_LIMITS, KILL_AFTER_MS, END_AFTER_MS);
  const records = namedCache<CodecRecord>('codecs', RECORDS_BYTES);

  const recordOf = (source: string): CodecRecord => {
    let record = records.get(source);
    if (record === undefined) {
      record = { hash: codecHash(source), goodCalls: 0, isSuspect: false, timeoutsInARow: 0, restsUntil: 0 };
      records.set(source, record, RECORD_BYTES);
    }
    return record;
  };

  const run = async (source: string, texts: readonly string[]): Promise<CodecOutcome[]> => {
    const record = recordOf(source);
    const outcomes: CodecOutcome[] = [];
    let retried = -1;
    while (outcomes.length < texts.length) {
      if (record.restsUntil > Date.now()) {
        outcomes.push({ fault: 'timeout', message: 'the codec has repeatedly exceeded its deadline and is suspended' });
        continue;
      }
      if (record.goodCalls >= PROVEN_AFTER) record.isSuspect = false;
      const lane = record.isSuspect ? suspect : record.goodCalls >= PROVEN_AFTER ? proven : trial;
      if (lane === proven) proven.adopt(trial);
      const from = outcomes.length;
      const { outcomes: answers, killed } = await lane.run(record.hash, source, texts.slice(from, from + BATCH));
      for (const answer of answers) outcomes.push(readOutcome(answer));
      if (killed) outcomes.push({ fault: 'timeout', message: 'the codec did not finish and its thread was stopped' });
      const last = outcomes.at(-1);
      if (last === undefined || !('fault' in last) || last.fault !== 'timeout') {
        record.goodCalls += answers.length;
        record.timeoutsInARow = 0;
        continue;
      }
      record.goodCalls = 0;
      record.isSuspect = true;
      record.timeoutsInARow += 1;
      if (record.timeoutsInARow >= TIMEOUTS_UNTIL_REST) {
        record.restsUntil = Date.now() + REST_MS;
        record.timeoutsInARow = 0;
      } else if (retried !== outcomes.length - 1) {
        // Tried again, because a good codec can miss its deadline on a busy machine.
        retried = outcomes.length - 1;
        outcomes.pop();
      }
    }
    return outcomes;
  };

  return {
    decode: (source, inputs) => run(source, inputs.map(inputText)),
    async encode(source, input) {
      const [outcome] = await run(source, [JSON.stringify(input)]);
      return outcome ?? { fault: 'invalid result', message: 'the codec returned nothing' };
    },
    async close() {
      await Promise.all([proven, trial, suspect].map((lane) => lane.close()));
    },
  };
}

export function codecHash(source: string): string {
  return createHash('sha256').update(source).digest('hex');
}

function inputText(input: CodecInput): string {
  return JSON.stringify({
    bytes: Array.from(input.bytes),
    fPort: input.fPort,
    recvTime: input.recvTime,
    variables: input.variables,
  });
}

/** The text comes from the sandbox: if it is not an outcome, it is an invalid result. */
function readOutcome(text: string): CodecOutcome {
  try {
    const outcome: unknown = JSON.parse(text);
    if (isOutcome(outcome)) return outcome;
  } catch {
    // Falls through: the codec has manipulated the answer.
  }
  return { fault: 'invalid result', message: 'the codec returned no valid result' };
}

function isOutcome(value: unknown): value is CodecOutcome {
  if (typeof value !== 'object' || value === null) return false;
  if ('fault' in value) return 'message' in value && typeof value.message === 'string';
  return 'data' in value && typeof value.data === 'object' && value.data !== null && 'warnings' in value;
}
