import type { NameCompactor } from '../../model/names.ts';
import type { EntitySelector } from '../../query/entity-query.ts';
import { ID_ORDER } from '../../query/order/id-order.ts';
import { type MakeCall, type SourceCall, segment } from '../calls/source-call.ts';
import { nameList, typeText } from '../registrations/narrow-query.ts';

/** Filters as written by a client, by parameter. */
export interface FilterTexts {
  readonly q?: string | undefined;
  readonly scopeQ?: string | undefined;
  readonly georel?: string | undefined;
  readonly geometry?: string | undefined;
  readonly coordinates?: string | undefined;
  readonly geoproperty?: string | undefined;
  readonly expandValues?: string | undefined;
  readonly jsonKeys?: string | undefined;
  readonly csf?: string | undefined;
  readonly splitEntities?: string | undefined;
  /** For GET only: the members to return. */
  readonly pick?: string | undefined;
}

const PLAIN = ['q', 'scopeQ', 'expandValues', 'jsonKeys', 'csf'] as const;

/** Retrieve Entity at a source (6.5.3.1): normalized and with times, which decide what is most recent. */
export function retrieval(
  id: string,
  attributes: ReadonlySet<string> | undefined,
  headers: SourceCall['headers'],
): MakeCall {
  return (names) => ({
    ...(headers && { headers }),
    method: 'GET',
    path: `/entities/${segment(id)}`,
    query: { attrs: nameList(attributes, names), options: 'sysAttrs' },
  });
}

/** Refers a source to the entity map that it keeps for a sequence of requests (4.3.6.7). */
export function mapHeaders(mapId: string | undefined): SourceCall['headers'] {
  return mapId === undefined ? undefined : { 'NGSILD-EntityMap': `/ngsi-ld/v1/entityMaps/${mapId}` };
}

/** Builds the call for a page. */
export type PagedCall = (limit: number, offset: number) => MakeCall;

/** The calls for a query at a source: with GET one for each selector, with POST one for all; page by page. */
export function callsForQuery(
  selectors: readonly EntitySelector[],
  attributes: ReadonlySet<string> | undefined,
  texts: FilterTexts,
  isByPost: boolean,
  headers: SourceCall['headers'],
): PagedCall[] {
  const all = { ...headers, Prefer: ID_ORDER };
  if (isByPost) {
    return [
      (limit, offset) => (names) => ({ ...byPost(selectors, attributes, texts, names, limit, offset), headers: all }),
    ];
  }
  return selectors.map(
    (selector): PagedCall =>
      (limit, offset) =>
      (names) => ({ ...byGet(selector, attributes, texts, names, limit, offset), headers: all }),
  );
}

function page(limit: number, offset: number): Record<string, string | undefined> {
  return { options: 'sysAttrs', limit: String(limit), offset: offset === 0 ? undefined : String(offset) };
}

function byGet(
  { types, ids, idPattern }: EntitySelector,
  attributes: ReadonlySet<string> | undefined,
  texts: FilterTexts,
  names: NameCompactor,
  limit: number,
  offset: number,
): SourceCall {
  const query = {
    type: typeText(types, names),
    id: ids?.join(','),
    idPattern: ids === undefined ? idPattern?.source : undefined,
    attrs: nameList(attributes, names),
    ...texts,
    ...page(limit, offset),
  };
  return { method: 'GET', path: '/entities', query };
}

function byPost(
  selectors: readonly EntitySelector[],
  attributes: ReadonlySet<string> | undefined,
  texts: FilterTexts,
  names: NameCompactor,
  limit: number,
  offset: number,
): SourceCall {
  const entities = selectors.map(({ types, ids, idPattern }) => ({
    type: typeText(types, names) ?? '*',
    ...(ids && { id: ids.length === 1 ? ids[0] : ids }),
    ...(ids === undefined && idPattern && { idPattern: idPattern.source }),
  }));
  const isAny = entities.every((entity) => entity.type === '*' && Object.keys(entity).length === 1);
  const body: Record<string, unknown> = { type: 'Query' };
  if (!isAny) body.entities = entities;
  if (attributes !== undefined) body.attrs = [...attributes].map((name) => names.compact(name));
  for (const name of PLAIN) if (texts[name] !== undefined) body[name] = texts[name];
  const { georel, geometry, coordinates, geoproperty } = texts;
  if (georel !== undefined) {
    body.geoQ = { georel, geometry, coordinates: parsed(coordinates), ...(geoproperty && { geoproperty }) };
  }
  return { method: 'POST', path: '/entityOperations/query', query: page(limit, offset), body };
}

function parsed(coordinates: string | undefined): unknown {
  return coordinates === undefined ? undefined : JSON.parse(coordinates); // validated as JSON before
}
