import type { LocationQuery } from 'vue-router';

/** Members of the address that hold for every page. */
const CARRIED = ['tenant', 'commune', 'period'] as const;

/** The query to go on with, or undefined when nothing of the former page's is missing in it. */
export function carried(from: LocationQuery, to: LocationQuery): LocationQuery | undefined {
  const missing = CARRIED.filter((name) => from[name] !== undefined && to[name] === undefined);
  if (missing.length === 0) return undefined;
  return { ...Object.fromEntries(missing.map((name) => [name, from[name]])), ...to } as LocationQuery; // none is undefined
}
