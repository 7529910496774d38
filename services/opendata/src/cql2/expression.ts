/**
 * An expression of CQL2 (OGC 21-065r2) in its JSON encoding; the text encoding is parsed to the same. Types are checked
 * when SQL is made of it.
 */
export type Expression =
  | string
  | number
  | boolean
  | readonly Expression[]
  | { readonly op: string; readonly args: readonly Expression[] }
  | { readonly property: string }
  | { readonly date: string }
  | { readonly timestamp: string }
  | { readonly interval: readonly (string | { readonly property: string })[] }
  | { readonly bbox: readonly number[] }
  | { readonly type: string; readonly coordinates: unknown };

/** The error of a filter, in words. The caller adds the name of the parameter. */
export class FilterFault extends Error {}

export const SPATIAL = {
  s_intersects: 'ST_Intersects',
  s_equals: 'ST_Equals',
  s_disjoint: 'ST_Disjoint',
  s_touches: 'ST_Touches',
  s_within: 'ST_Within',
  s_overlaps: 'ST_Overlaps',
  s_crosses: 'ST_Crosses',
  s_contains: 'ST_Contains',
} as const;

/** The relations of two periods a and b, by their starts and ends. */
export const TEMPORAL = {
  t_after: 'a.s > b.e',
  t_before: 'a.e < b.s',
  t_contains: 'a.s < b.s AND a.e > b.e',
  t_disjoint: 'a.e < b.s OR a.s > b.e',
  t_during: 'a.s > b.s AND a.e < b.e',
  t_equals: 'a.s = b.s AND a.e = b.e',
  t_finishedby: 'a.s < b.s AND a.e = b.e',
  t_finishes: 'a.s > b.s AND a.e = b.e',
  t_intersects: 'a.s <= b.e AND a.e >= b.s',
  t_meets: 'a.e = b.s',
  t_metby: 'a.s = b.e',
  t_overlappedby: 'a.s > b.s AND a.s < b.e AND a.e > b.e',
  t_overlaps: 'a.s < b.s AND a.e > b.s AND a.e < b.e',
  t_startedby: 'a.s = b.s AND a.e > b.e',
  t_starts: 'a.s = b.s AND a.e < b.e',
} as const;

export const COMPARISONS = ['=', '<>', '<', '>', '<=', '>='] as const;
export const ARITHMETIC = ['+', '-', '*', '/', '%', 'div', '^'] as const;

/** A deeper filter is not written by a person, and would be expensive. */
export const DEEPEST = 24;
export const MAX_NODES = 400;
