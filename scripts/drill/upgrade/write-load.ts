import { Agent, type IncomingMessage, request } from 'node:http';
import { setTimeout as pause } from 'node:timers/promises';

/** The results of the writers. */
export interface LoadFigures {
  readonly acknowledged: number;
  /** Writes that were not acknowledged within a minute, including repetitions. */
  readonly failed: number;
  /** Answers other than 2xx, and connections without an answer; the writes were repeated. */
  readonly repeated: number;
  /** Those of them with 429 or 503 and Retry-After. */
  readonly postponed: number;
  readonly slowestMs: number;
  readonly longestGapMs: number;
  /** Seconds in which a write was repeated or took more than a second, or no write was acknowledged. */
  readonly degradedSeconds: number;
}

export interface WriteLoad {
  /** Resets the figures. */
  forget(): void;
  figures(): LoadFigures;
  stop(): Promise<void>;
  /** The last acknowledged value of each written entity, by number. */
  readonly values: ReadonlyMap<number, number>;
}

export interface WriteLoadOptions {
  readonly entities: number;
  readonly writers: number;
  readonly pauseMs: number;
  /** Gets a description of each answer other than 2xx. */
  readonly say?: (text: string) => void;
}

const GIVEN_UP_MS = 60_000;
const AGAIN_MS = 100;
const SLOW_MS = 1_000;

export interface Answer {
  readonly status: number;
  readonly text: string;
  /** The Retry-After of 429 and 503. */
  readonly waitMs?: number;
}

/** Sends one request. Status 0: no answer; the text has the reason. */
export function ask(agent: Agent, method: string, url: string, body?: object): Promise<Answer> {
  return new Promise((resolve) => {
    const unanswered = ({ message }: Error) => resolve({ status: 0, text: message });
    const payload = body && JSON.stringify(body);
    const headers = payload ? { 'content-type': 'application/json', 'content-length': Buffer.byteLength(payload) } : {};
    const outgoing = request(url, { agent, method, headers, timeout: GIVEN_UP_MS }, (response) => {
      let text = '';
      response.on('data', (chunk) => (text += chunk));
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text, ...waitOf(response) }));
      response.on('error', unanswered);
    });
    outgoing.on('error', unanswered);
    outgoing.on('timeout', () => outgoing.destroy(new Error(`no answer within ${GIVEN_UP_MS} ms`)));
    outgoing.end(payload);
  });
}

function waitOf({ statusCode, headers }: IncomingMessage): Pick<Answer, 'waitMs'> {
  const seconds = Number(headers['retry-after']);
  return (statusCode === 429 || statusCode === 503) && seconds > 0 ? { waitMs: seconds * 1000 } : {};
}

/** For people, with the request. */
export function describeAnswer(method: string, url: string, { status, text }: Answer): string {
  return `${method} ${url}: ${status || 'no answer'} ${text.slice(0, 500)}`;
}

/** Starts writers. Each writes its own entities, one write after the other, and repeats it until it is acknowledged. */
export function startWriteLoad(
  url: string,
  idOf: (n: number) => string,
  { entities, writers, pauseMs, say }: WriteLoadOptions,
): WriteLoad {
  const agent = new Agent({ keepAlive: true });
  const values = new Map<number, number>();
  let isStopping = false;
  let [acknowledged, failed, repeated, postponed, slowestMs, longestGapMs] = [0, 0, 0, 0, 0, 0];
  let since = performance.now();
  let last = since;
  let degraded = new Set<number>();
  const isDegraded = (from: number, to: number) => {
    for (let second = Math.floor((from - since) / 1000); second <= (to - since) / 1000; second++) degraded.add(second);
  };

  const write = async (n: number, value: number): Promise<void> => {
    const body = { measured: { type: 'Property', value } };
    const begun = performance.now();
    for (;;) {
      const path = `${url}/ngsi-ld/v1/entities/${idOf(n)}/attrs`;
      const answer = await ask(agent, 'PATCH', path, body);
      const { status, waitMs } = answer;
      const now = performance.now();
      if (status >= 200 && status < 300) {
        acknowledged += 1;
        values.set(n, value);
        slowestMs = Math.max(slowestMs, now - begun);
        longestGapMs = Math.max(longestGapMs, now - last);
        if (now - last > SLOW_MS) isDegraded(last, now);
        if (now - begun > SLOW_MS) isDegraded(begun, now);
        last = now;
        return;
      }
      repeated += 1;
      if (waitMs !== undefined) postponed += 1;
      say?.(describeAnswer('PATCH', path, answer));
      isDegraded(begun, now);
      if (now - begun > GIVEN_UP_MS || isStopping) {
        failed += 1;
        return;
      }
      await pause(waitMs ?? AGAIN_MS);
    }
  };
  const run = async (writer: number): Promise<void> => {
    const own = Math.floor(entities / writers);
    for (let value = 1; !isStopping; value++) {
      await write(writer + writers * Math.floor(Math.random() * own), value);
      await pause(pauseMs * (0.5 + Math.random()));
    }
  };
  const running = Promise.all(Array.from({ length: writers }, (_, writer) => run(writer)));
  return {
    values,
    forget() {
      [acknowledged, failed, repeated, postponed, slowestMs, longestGapMs] = [0, 0, 0, 0, 0, 0];
      degraded = new Set();
      since = performance.now();
      last = since;
    },
    figures: () => ({
      acknowledged,
      failed,
      repeated,
      postponed,
      slowestMs: Math.round(slowestMs),
      longestGapMs: Math.round(longestGapMs),
      degradedSeconds: degraded.size,
    }),
    async stop() {
      isStopping = true;
      await running;
      agent.destroy();
    },
  };
}
