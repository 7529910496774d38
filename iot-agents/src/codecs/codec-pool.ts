import { createHash } from 'node:crypto';
import type { CodecInput, CodecOutcome, EncodeInput } from './codec.ts';
import { SANDBOX_LIMITS } from './codec.ts';
import { createWorkerLane } from './worker-lane.ts';

export interface CodecPool {
  /** Decodes with TS013 JavaScript: an outcome for each input, in order. Never rejects for what a codec does. */
  decode(source: string, inputs: readonly CodecInput[]): Promise<CodecOutcome[]>;
  /** Encodes with TS013 JavaScript (`encodeDownlink`). */
  encode(source: string, input: EncodeInput): Promise<CodecOutcome>;
  close(): Promise<void>;
}

const KILL_AFTER_MS = 1_000;
/** Of the threads that are seldom needed. */
const END_AFTER_MS = 30_000;
const BATCH = 128;
/** A codec is proven after this many good calls, and then no longer shares a thread with those that are not. */
const PROVEN_AFTER = 50;
const TIMEOUTS_UNTIL_REST = 3;
const REST_MS = 30_000;

interface CodecRecord {
  readonly hash: string;
  goodCalls: number;
  /** It has run into its deadline and has not proven itself since. */
  isSuspect: boolean;
  timeoutsInARow: number;
  restsUntil: number;
}

/**
 * At most three threads, each started when it is needed, two of them ended when they no longer are: for codecs that have shown
 * themselves well, for newcomers, and for those that have run into their deadline. So one that hangs delays other newcomers
 * once, and then its like alone; one that hangs three times in a row rests for half a minute. When newcomers have nothing to do,
 * the first of them that shows itself well goes on in their thread: most places have few codecs, and then need one.
 */
export function createCodecPool(): CodecPool {
  const proven = createWorkerLane(SANDBOX_LIMITS, KILL_AFTER_MS);
  const trial = createWorkerLane(SANDBOX_LIMITS, KILL_AFTER_MS, END_AFTER_MS);
  const suspect = createWorkerLane(SANDBOX_LIMITS, KILL_AFTER_MS, END_AFTER_MS);
  const records = new Map<string, CodecRecord>();

  const recordOf = (source: string): CodecRecord => {
    let record = records.get(source);
    if (record === undefined) {
      record = { hash: codecHash(source), goodCalls: 0, isSuspect: false, timeoutsInARow: 0, restsUntil: 0 };
      records.set(source, record);
    }
    return record;
  };

  const run = async (source: string, texts: readonly string[]): Promise<CodecOutcome[]> => {
    const record = recordOf(source);
    const outcomes: CodecOutcome[] = [];
    let retried = -1;
    while (outcomes.length < texts.length) {
      if (record.restsUntil > Date.now()) {
        outcomes.push({ fault: 'timeout', message: 'the codec ran into its deadline again and again and rests' });
        continue;
      }
      if (record.goodCalls >= PROVEN_AFTER) record.isSuspect = false;
      const lane = record.isSuspect ? suspect : record.goodCalls >= PROVEN_AFTER ? proven : trial;
      if (lane === proven) proven.adopt(trial);
      const from = outcomes.length;
      const { outcomes: answers, killed } = await lane.run(record.hash, source, texts.slice(from, from + BATCH));
      for (const answer of answers) outcomes.push(readOutcome(answer));
      if (killed) outcomes.push({ fault: 'timeout', message: 'the codec did not end and its thread was stopped' });
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
        // Once more: a busy machine can make a good codec miss its deadline.
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
      return outcome ?? { fault: 'invalid result', message: 'the codec gave nothing' };
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

/** The text comes out of the sandbox: what is no outcome is an invalid result. */
function readOutcome(text: string): CodecOutcome {
  try {
    const outcome: unknown = JSON.parse(text);
    if (isOutcome(outcome)) return outcome;
  } catch {
    // Falls through: the codec has answered in our place, and badly.
  }
  return { fault: 'invalid result', message: 'the codec gave no result that can be read' };
}

function isOutcome(value: unknown): value is CodecOutcome {
  if (typeof value !== 'object' || value === null) return false;
  if ('fault' in value) return 'message' in value && typeof value.message === 'string';
  return 'data' in value && typeof value.data === 'object' && value.data !== null && 'warnings' in value;
}
