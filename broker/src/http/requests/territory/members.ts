import { badMember, isJsonObject, type JsonObject } from '../../../model/values.ts';

/* Readers for the bodies of the territory routes. Each throws NgsiLdError BadRequestData and names the member. */

export const LONGEST_TEXT = 200;

export function membersOf(value: unknown, at: string, known: readonly string[]): JsonObject {
  if (!isJsonObject(value)) throw badMember(at, value, `an object with ${known.join(', ')}`);
  const other = Object.keys(value).find((member) => !known.includes(member));
  if (other !== undefined) throw badMember(at === 'body' ? other : `${at}.${other}`, value[other], known.join(', '));
  return value;
}

export function arrayOf(value: unknown, at: string, least: number, most: number): readonly unknown[] {
  if (Array.isArray(value) && value.length >= least && value.length <= most) return value;
  throw badMember(at, value, `an array of ${least === most ? most : `${least} to ${most}`}`);
}

export function textIn(value: unknown, at: string): string {
  if (typeof value === 'string' && value !== '' && value.length <= LONGEST_TEXT) return value;
  throw badMember(at, value, `a text of 1 to ${LONGEST_TEXT} characters`);
}

export function textsIn(value: unknown, at: string, most: number): string[] {
  return arrayOf(value, at, 0, most).map((each) => textIn(each, at));
}

export function numberIn(value: unknown, at: string, least = -Number.MAX_VALUE, most = Number.MAX_VALUE): number {
  if (typeof value === 'number' && value >= least && value <= most) return value;
  const range = least === -Number.MAX_VALUE ? '' : ` from ${least} to ${most}`;
  throw badMember(at, value, `a number${range}`);
}

export function integerIn(value: unknown, at: string, least: number, most: number): number {
  if (Number.isInteger(value)) return numberIn(value, at, least, most);
  throw badMember(at, value, `a whole number from ${least} to ${most}`);
}

export function choiceIn<T extends string>(value: unknown, at: string, known: readonly T[]): T {
  const found = known.find((each) => each === value);
  if (found === undefined) throw badMember(at, value, `one of ${known.join(', ')}`);
  return found;
}
