import type { ItemProblem } from '../items/item-mapping.ts';
import { type Json, listOf } from '../items/read-json.ts';
import { timeMs } from './gbfs-files.ts';

const FUTURE_SKEW_MS = 5 * 60_000;

/** When something was last reported; if that is missing or in the future, when its file was written. */
export function momentOf(reported: unknown, updatedMs: number | undefined, now: Date): string {
  const times = [timeMs(reported), updatedMs].filter((ms) => ms !== undefined && ms <= now.getTime() + FUTURE_SKEW_MS);
  return new Date(Math.min(times[0] ?? now.getTime(), now.getTime())).toISOString();
}

/** The place of an item as longitude and latitude; undefined: it has none. */
export function placeOf({ lon, lat }: Json): readonly [number, number] | undefined {
  if (typeof lon !== 'number' || typeof lat !== 'number') return undefined;
  return Math.abs(lon) <= 180 && Math.abs(lat) <= 90 && (lon !== 0 || lat !== 0) ? [lon, lat] : undefined;
}

/** A number of things; undefined: none is told. A number that can't be right is noted. */
export function countIn(
  item: Json,
  names: readonly string[],
  note: (problem: ItemProblem) => void,
  place: Pick<ItemProblem, 'item'>,
): number | undefined {
  const name = names.find((each) => item[each] !== undefined && item[each] !== null);
  if (name === undefined) return undefined;
  const value = item[name];
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0) return value;
  const got = JSON.stringify(value)?.slice(0, 100) ?? 'nothing';
  note({ ...place, field: name, got, message: `${name} is ${got}, expected a whole number from 0 on`, refused: false });
  return undefined;
}

/** A text (GBFS 2), or that of a language (GBFS 3), otherwise the first. */
export function textOf(value: unknown, language: string): string | undefined {
  const texts = typeof value === 'string' ? [{ text: value, language }] : listOf(value);
  const written = texts.filter(({ text }) => typeof text === 'string' && text.trim() !== '');
  const found = written.find((each) => each.language === language) ?? written[0];
  return found === undefined ? undefined : String(found.text).trim();
}
