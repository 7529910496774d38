import type { Answer, SentRequest } from './rig/exchange.ts';

/** The received value differs from what the clause requires. */
export class Mismatch extends Error {
  readonly expected: string;
  readonly got: string;
  readonly request: SentRequest | undefined;

  constructor(expected: string, got: string, request?: SentRequest) {
    super(`expected ${expected}, got ${got}`);
    this.expected = expected;
    this.got = got;
    this.request = request;
  }
}

/** The case can't be judged on this broker, for the given reason. */
export class Skipped extends Error {}

const LONGEST = 2000;

/** The answer in brief: status and body. */
export function summary(answer: Answer): string {
  const text = answer.text.length > LONGEST ? `${answer.text.slice(0, LONGEST)}…` : answer.text;
  return text === '' ? `${answer.status} without body` : `${answer.status} ${text}`;
}
