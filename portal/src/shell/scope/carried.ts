import type { LocationQuery } from 'vue-router';

/** Query parameters that all pages share. */
const CARRIED = ['tenant', 'commune', 'period'] as const;

/** The query for the next page; undefined: it already contains the shared parameters of the previous page. */
export function carried(from: LocationQuery, to: LocationQuery): LocationQuery | undefined {
  const missing = CARRIED.filter((name) => from[name] !== undefined && to[name] === undefined);
  if (missing.length === 0) return undefined;
  return { ...Object.fromEntries(missing.map((name) => [name, from[name]])), ...to } as LocationQuery; // never undefined
}
