/**
 * The preference (RFC 7240) by which one broker asks another for entities in the order of their ids, and by which that
 * one tells that it keeps it: no clause of the standard says in which order a query is answered, and only where it is
 * known can a page be joined from pages.
 */
export const ID_ORDER = 'ngsi-ld-order=id';

/** Whether a `Prefer` or `Preference-Applied` header has it. */
export function hasIdOrder(header: string | readonly string[] | undefined): boolean {
  if (header === undefined) return false;
  return [header].flat().some((line) => line.split(',').some((preference) => preference.trim() === ID_ORDER));
}

/** As the database orders ids. */
export function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
