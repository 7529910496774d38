import { linkedEntities } from '../../entities/linked-entities.ts';
import { retrieveEntityText, type TextShape } from '../../entities/read/entity-texts.ts';
import { retrieveEntity as retrieveStored } from '../../entities/retrieve-entity.ts';
import { linkedDistributed } from '../../federation/read/linked-distributed.ts';
import { LOCAL, mappedSources } from '../../federation/read/mapped-sources.ts';
import { type FoundEntity, READ_OPERATIONS, retrieveDistributed } from '../../federation/read/retrieve-distributed.ts';
import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { checkLinkDepth } from '../../query/entity-query.ts';
import type { LinkedEntity, LinkQuery } from '../../query/projection/linked-entity.ts';
import type { Projection } from '../../query/projection/projection.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import { type EntityMapRequest, liveMap, type UsedMap, usedMap } from '../entity-map.ts';
import { type OperationRequest, originOf, type ReadParts, withWarnings } from '../operation-request.ts';

/** A request for one entity. */
export interface EntityRequest {
  readonly id: string;
  /** An entity of another type counts as not found. */
  readonly selection?: TypeSelection | undefined;
  readonly links: LinkQuery & { readonly projection?: Projection };
  readonly map?: EntityMapRequest | undefined;
  /** The shape of the entity as a text, if the representation allows it. */
  readonly shape?: TextShape | undefined;
}

/** An entity, with the entities it links to. */
export interface RetrievedEntity {
  readonly entity: Entity;
  readonly linked: readonly LinkedEntity[];
  readonly map: UsedMap | undefined;
}

/** The JSON of an entity, if its stored text was sufficient. */
export interface RetrievedText {
  readonly text: string;
}

/** Retrieve Entity (5.7.1). @throws NgsiLdError ResourceNotFound; BadRequestData: its braces are too deep */
export async function retrieveEntity(
  parts: ReadParts,
  request: OperationRequest,
  asked: EntityRequest & { readonly shape?: never },
): Promise<RetrievedEntity>;
export async function retrieveEntity(
  parts: ReadParts,
  request: OperationRequest,
  asked: EntityRequest,
): Promise<RetrievedEntity | RetrievedText>;
export async function retrieveEntity(
  parts: ReadParts,
  request: OperationRequest,
  asked: EntityRequest,
): Promise<RetrievedEntity | RetrievedText> {
  const { db, federation } = parts;
  const { caller } = request;
  const { id, selection, links, shape } = asked;
  checkLinkDepth(links);
  const origin = originOf(parts, request, READ_OPERATIONS);
  const isPlain =
    origin === undefined && selection === undefined && links.join === undefined && asked.map === undefined;
  if (shape !== undefined && isPlain) return { text: await retrieveEntityText(db, caller, id, shape) };
  const live = await liveMap(parts, request, asked.map);
  const find = async (): Promise<FoundEntity> => {
    if (origin === undefined) return { entity: await retrieveStored(db, caller, id, selection), parties: [LOCAL] };
    const attributes = links.projection?.attrs && new Set(links.projection.attrs);
    return retrieveDistributed(db, federation, origin, id, selection, attributes, live && mappedSources(live, [id]));
  };
  const { entity, parties } = await withWarnings(parts, request, origin, find());
  const map = await usedMap(parts, request, asked.map, live, [[id, parties]]);
  if (links.projection?.attrs?.some((name) => Object.hasOwn(entity.attributes, name)) === false) {
    throw new NgsiLdError('ResourceNotFound', `Entity ${id} has none of the requested attributes`);
  }
  const fetch = origin && linkedDistributed(db, federation, origin);
  const linked = links.join === undefined ? [] : await linkedEntities(db, caller, [entity], links, fetch);
  return { entity, linked, map };
}
