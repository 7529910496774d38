import type { Generator } from '../query/generate.ts';

type Document = Record<string, unknown>;

/** Random parameters of a query, some of them unusual combinations. */
export function draw(generator: Generator): Record<string, string> {
  const query: Record<string, string> = { type: generator.types().replace('*', 'Lamp,Bin,Device') };
  if (generator.chance(0.5)) query.q = generator.q();
  if (generator.chance(0.2)) query.scopeQ = generator.scopeQ();
  if (generator.chance(0.2)) query.idPattern = generator.pick(['^urn:ngsi-ld:Lamp', '1\\d$', '[02468]$']);
  if (generator.chance(0.2)) query.id = 'urn:ngsi-ld:Lamp:1,urn:ngsi-ld:Bin:2,urn:ngsi-ld:Lamp:3,urn:ngsi-ld:Bin:3';
  const projection = generator.pick(['none', 'none', 'none', 'attrs', 'pick']);
  if (projection === 'attrs') query.attrs = generator.some(['alpha', 'beta', 'gamma'], 2).join(',');
  if (projection === 'pick') query.pick = 'id,type,alpha';
  if (generator.chance(0.3)) {
    const { type, coordinates } = generator.geometry();
    Object.assign(query, { georel: generator.georel(), geometry: type, coordinates: JSON.stringify(coordinates) });
  }
  if (generator.chance(0.3)) query.format = generator.pick(['concise', 'simplified']);
  if (generator.chance(0.3)) query.count = 'true';
  query.limit = generator.pick(['3', '10', '100']);
  if (generator.chance(0.4)) query.offset = generator.pick(['1', '5', '20']);
  return query;
}

/** Sorts types, scopes and instances of attributes, which have no defined order. */
export function sorted(entity: Document): Document {
  const inOrder = (value: unknown) =>
    Array.isArray(value) && value.every((item) => typeof item === 'string' || item?.type !== undefined)
      ? [...value].sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1))
      : value;
  const { type, scope, ...others } = entity;
  const attributes = Object.entries(others).map(([name, value]) => [name, instancesSorted(value)]);
  return { ...Object.fromEntries(attributes), type: inOrder(type), scope: inOrder(scope) };
}

function instancesSorted(value: unknown): unknown {
  const areInstances =
    Array.isArray(value) && value.every((item) => item !== null && typeof item === 'object' && 'type' in item);
  return areInstances ? [...value].sort((a, b) => (String(a.datasetId) < String(b.datasetId) ? -1 : 1)) : value;
}
