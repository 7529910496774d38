import type { EntityQuery, Format, RetrieveOptions } from './client.ts';

/** The older option names of `format`, which every broker supports. */
const OPTIONS: Record<Format, string | undefined> = {
  normalized: undefined,
  concise: 'concise',
  simplified: 'keyValues',
};

/** The URL parameters of Retrieve Entity (6.5.3.1). */
export function retrieveParameters({ format = 'normalized', sysAttrs, pick }: RetrieveOptions): URLSearchParams {
  const parameters = new URLSearchParams();
  const options = [OPTIONS[format], sysAttrs ? 'sysAttrs' : undefined].filter((option) => option !== undefined);
  if (options.length > 0) parameters.set('options', options.join(','));
  if (pick !== undefined) parameters.set('pick', pick.join(','));
  return parameters;
}

/** The URL parameters of Query Entities (6.4.3.2). */
export function queryParameters(query: EntityQuery): URLSearchParams {
  const parameters = retrieveParameters(query);
  for (const name of ['type', 'idPattern', 'q', 'scopeQ', 'georel', 'geometry', 'orderBy'] as const) {
    const value = query[name];
    if (value !== undefined) parameters.set(name, value);
  }
  if (query.id !== undefined) parameters.set('id', query.id.join(','));
  if (query.coordinates !== undefined) parameters.set('coordinates', JSON.stringify(query.coordinates));
  for (const name of ['limit', 'offset', 'count', 'local'] as const) {
    const value = query[name];
    if (value !== undefined) parameters.set(name, String(value));
  }
  return parameters;
}
