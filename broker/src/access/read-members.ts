import { badMember, isJsonObject, type JsonObject } from '../model/values.ts';

/** @throws NgsiLdError BadRequestData: not an object, or with unknown members */
export function checkMembers(value: unknown, member: string, known: readonly string[]): JsonObject {
  if (!isJsonObject(value)) throw badMember(member, value, `an object with ${known.join(', ')}`);
  const other = Object.keys(value).find((name) => !known.includes(name));
  if (other !== undefined) throw badMember(`${member}.${other}`, value[other], `one of ${known.join(', ')}`);
  return value;
}

const MOST = 500;
const LONGEST = 1000;

/** A list of texts, or undefined. @throws NgsiLdError BadRequestData */
export function textList(value: unknown, member: string): readonly string[] | undefined {
  if (value === undefined) return undefined;
  const isList =
    Array.isArray(value) &&
    value.length > 0 &&
    value.length <= MOST &&
    value.every((text) => typeof text === 'string' && text.length <= LONGEST && !text.includes('\u0000'));
  if (!isList) throw badMember(member, value, `a list of 1 to ${MOST} texts`);
  return value as readonly string[];
}

/** @throws NgsiLdError BadRequestData */
export function optionalText(value: unknown, member: string): string | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'string' || value === '' || value.length > LONGEST || value.includes('\u0000')) {
    throw badMember(member, value, `a text of at most ${LONGEST} characters`);
  }
  return value;
}

/** A list of some of the given words. @throws NgsiLdError BadRequestData */
export function wordList<Word extends string>(
  value: unknown,
  member: string,
  words: readonly Word[],
): readonly Word[] | undefined {
  const list = textList(value, member);
  const other = list?.find((text) => !words.some((word) => word === text));
  if (other !== undefined) throw badMember(member, other, words.join(', '));
  return list as readonly Word[] | undefined;
}
