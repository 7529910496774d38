/**
 * A preference (RFC 7240) by which a broker requests entities in id order, and by which the other confirms it. The
 * standard does not define the order of results, and pages of several brokers can only be merged if it is known.
 */
export const ID_ORDER = 'ngsi-ld-order=id';

/** Whether a `Prefer` or `Preference-Applied` header contains it. */
export function hasIdOrder(header: string | readonly string[] | undefined): boolean {
  if (header === undefined) return false;
  return [header].flat().some((line) => line.split(',').some((preference) => preference.trim() === ID_ORDER));
}

/** Compares like the database orders ids. */
export function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
