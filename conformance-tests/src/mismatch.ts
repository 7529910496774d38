import type { Answer, SentRequest } from './rig/exchange.ts';

/** What was got is not what the clause asks. */
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

/** The case can't be judged on this broker, for the reason given. */
export class Skipped extends Error {}

const LONGEST = 2000;

/** The answer in short: status and body. */
export function summary(answer: Answer): string {
  const text = answer.text.length > LONGEST ? `${answer.text.slice(0, LONGEST)}…` : answer.text;
  return text === '' ? `${answer.status} without body` : `${answer.status} ${text}`;
}
