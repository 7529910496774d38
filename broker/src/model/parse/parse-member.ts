import { badMember, type JsonObject } from '../values.ts';

/** @throws NgsiLdError BadRequestData: an unknown member, e.g. a misspelt one */
export function checkMembers(value: JsonObject, known: readonly string[], parent?: string): void {
  for (const member in value) {
    if (known.includes(member)) continue;
    throw badMember(parent === undefined ? member : `${parent}.${member}`, value[member], `one of ${known.join(', ')}`);
  }
}

/** @throws NgsiLdError BadRequestData */
export function checkBoolean(value: unknown, member: string): boolean | undefined {
  if (value !== undefined && typeof value !== 'boolean') throw badMember(member, value, 'true or false');
  return value;
}

/** @throws NgsiLdError BadRequestData */
export function checkText(value: unknown, member: string): string | undefined {
  if (value !== undefined && (typeof value !== 'string' || value === '')) throw badMember(member, value, 'a text');
  return value as string | undefined;
}

/** @throws NgsiLdError BadRequestData */
export function checkPositive(value: unknown, member: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
    throw badMember(member, value, 'a number above 0');
  }
  return value;
}

/** @throws NgsiLdError BadRequestData */
export function checkTexts(value: unknown, member: string): string[] {
  const valid =
    Array.isArray(value) && value.length > 0 && value.every((text) => typeof text === 'string' && text !== '');
  if (!valid) throw badMember(member, value, 'an array of at least one text');
  return value;
}
