import type { AnswerError } from '@alzette/web/asking';

/**
 * Why the server refused what somebody sent. Each has a sentence in every language, `refusal.…`: what the server says
 * itself is English and for programs.
 */
export const REFUSALS = [
  'place',
  'category',
  'description',
  'answers',
  'asset',
  'photo',
  'proof',
  'blocked',
  'notOurs',
  'email',
  'often',
  'twice',
  'gone',
  'other',
] as const;
export type Refusal = (typeof REFUSALS)[number];

const BY_STATUS: ReadonlyMap<number, Refusal> = new Map([
  [403, 'blocked'],
  [404, 'gone'],
  [409, 'twice'],
  [410, 'gone'],
  [413, 'photo'],
  [415, 'photo'],
  [422, 'notOurs'],
  [429, 'often'],
]);

/** By the first name of the member that the server names: `attributes.colour: got …`. */
const BY_MEMBER: ReadonlyMap<string, Refusal> = new Map([
  ['location', 'place'],
  ['address', 'place'],
  ['category', 'category'],
  ['description', 'description'],
  ['text', 'description'],
  ['email', 'email'],
  ['contact', 'email'],
  ['attributes', 'answers'],
  ['asset', 'asset'],
  ['code', 'asset'],
  ['photos', 'photo'],
  ['file', 'photo'],
  ['proof', 'proof'],
]);

export function refusalOf({ status, message }: Pick<AnswerError, 'status' | 'message'>): Refusal {
  const [, member = ''] = /^(\w+)[\w.[\]-]*: /.exec(message) ?? [];
  return BY_MEMBER.get(member) ?? BY_STATUS.get(status) ?? 'other';
}

/** What earlier versions of the app have stored is the server's text, and never shown. */
export function knownRefusal(stored: string): Refusal {
  return REFUSALS.find((each) => each === stored) ?? 'other';
}
