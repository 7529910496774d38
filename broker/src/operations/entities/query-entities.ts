import { linkedEntities } from '../../entities/linked-entities.ts';
import { type EntityPage, queryEntities as queryStored } from '../../entities/query-entities.ts';
import { queryEntityTexts, type TextPage, type TextShape } from '../../entities/read/entity-texts.ts';
import type { Origin } from '../../federation/calls/origin.ts';
import { createEntityMap, type EntityMap, expiryAfter, queryByMap } from '../../federation/entity-maps/entity-maps.ts';
import { linkedDistributed } from '../../federation/read/linked-distributed.ts';
import { queryDistributed } from '../../federation/read/query-distributed.ts';
import type { FilterTexts } from '../../federation/read/read-calls.ts';
import { checkLinkDepth, checkNotTooWide, type EntityQuery } from '../../query/entity-query.ts';
import type { LinkedEntity } from '../../query/projection/linked-entity.ts';
import { type EntityMapRequest, liveMap, type UsedMap } from '../entity-map.ts';
import { type OperationRequest, originOf, type ReadParts, withWarnings } from '../operation-request.ts';

/** A request for a page of entities. */
interface EntitiesRequest {
  readonly query: EntityQuery;
  /** Its filters as written by the client. */
  readonly texts: FilterTexts;
  readonly map?: EntityMapRequest | undefined;
  /** The shape of entities as texts, if the representation allows it. */
  readonly shape?: TextShape | undefined;
}

/** A page of entities, with the entities they link to. */
interface FoundEntities extends EntityPage {
  readonly linked: readonly LinkedEntity[];
  readonly map: UsedMap | undefined;
}

const QUERY_OPERATIONS = ['queryEntity', 'queryBatch'] as const;

/**
 * Query Entities (5.7.2): returns a page, or its JSON if stored texts were sufficient.
 *
 * @throws NgsiLdError BadRequestData: the query is too wide, or its braces are too deep
 */
export async function queryEntities(
  parts: ReadParts,
  request: OperationRequest,
  asked: EntitiesRequest & { readonly shape?: never },
): Promise<FoundEntities>;
export async function queryEntities(
  parts: ReadParts,
  request: OperationRequest,
  asked: EntitiesRequest,
): Promise<FoundEntities | TextPage>;
export async function queryEntities(
  parts: ReadParts,
  request: OperationRequest,
  asked: EntitiesRequest,
): Promise<FoundEntities | TextPage> {
  const { db, federation } = parts;
  const { caller } = request;
  const { query, shape } = asked;
  checkNotTooWide(query);
  checkLinkDepth(query);
  const origin = originOf(parts, request, QUERY_OPERATIONS);
  if (shape !== undefined && origin === undefined && query.join === undefined && asked.map === undefined) {
    return queryEntityTexts(db, caller, query, shape);
  }
  const { map, ...page } = await withWarnings(parts, request, origin, pageOf(parts, request, asked, origin));
  const fetch = origin && linkedDistributed(db, federation, origin);
  const linked = query.join === undefined ? [] : await linkedEntities(db, caller, page.entities, query, fetch);
  return { ...page, linked, map };
}

async function pageOf(
  parts: ReadParts,
  request: OperationRequest,
  { query, texts, map: askedMap }: EntitiesRequest,
  origin: Origin | undefined,
): Promise<EntityPage & { readonly map: UsedMap | undefined }> {
  const { db, federation } = parts;
  const { caller } = request;
  if (askedMap !== undefined) {
    const mapped = { db, federation, caller, query, origin, texts };
    const expiresAt = expiryAfter(askedMap.lifetime, new Date());
    const live = await liveMap(parts, request, askedMap);
    const map = live ?? (await createEntityMap(mapped, expiresAt));
    return { ...(await queryByMap(mapped, map)), map: { map, isNew: live === undefined } };
  }
  const page =
    origin === undefined
      ? await queryStored(db, caller, query)
      : await queryDistributed(db, federation, origin, query, texts);
  return { ...page, map: undefined };
}

/** Create EntityMap for Query Entities (5.14.4). @throws NgsiLdError BadRequestData; TooManyResults */
export async function mapEntities(
  parts: ReadParts,
  request: OperationRequest,
  { query, texts }: EntitiesRequest,
  lifetime: string | undefined,
): Promise<EntityMap> {
  checkNotTooWide(query);
  checkLinkDepth(query);
  const expiresAt = expiryAfter(lifetime, new Date());
  const origin = originOf(parts, request, QUERY_OPERATIONS);
  const mapped = { ...parts, caller: request.caller, query, origin, texts };
  return withWarnings(parts, request, origin, createEntityMap(mapped, expiresAt));
}
