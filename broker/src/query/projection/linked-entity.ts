import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import type { InlineLinks, Representation } from '../../model/represent/represent.ts';
import type { EntityQuery } from '../entity-query.ts';
import { linkedProjection, type Projection } from './projection.ts';

/** A linked entity, with its projection. */
export interface LinkedEntity {
  readonly entity: Entity;
  readonly projection: Projection | undefined;
}

/** How far relationships are followed. */
export type LinkQuery = Pick<EntityQuery, 'join' | 'joinLevel' | 'containedBy'>;

/** An entity with its projection. */
export interface ShownEntity {
  readonly entity: Entity;
  readonly how: Representation;
}

/** The limit for one answer: entities that all link to each other would occur once for every path between them. */
const MAX_INLINED = 10_000;

/** How many more entities an answer may contain inline, and what to do when there are too many. */
interface Room {
  left: number;
  readonly tooMany: 'leave' | 'refuse';
}

/**
 * The entities of an answer with those they link to (4.5.23): `flat` appends them, `inline` nests them in the
 * relationships. A projection applies hop by hop.
 *
 * @param tooMany with more than 10,000 nested entities: keep only their URIs, or refuse with TooComplexQuery
 */
export function shownEntities(
  roots: readonly Entity[],
  linked: readonly LinkedEntity[],
  how: Representation,
  query: LinkQuery & { readonly projection?: Projection },
  tooMany: 'leave' | 'refuse' = 'leave',
): ShownEntity[] {
  if (query.join === undefined) return roots.map((entity) => ({ entity, how }));
  const { pick: _pick, omit: _omit, ...whole } = how;
  if (query.join === 'flat') {
    const others = linked.map(({ entity, projection }) => ({ entity, how: { ...whole, ...membersOf(projection) } }));
    return [...roots.map((entity) => ({ entity, how })), ...others];
  }
  const byId = new Map(linked.map(({ entity }) => [entity.id, entity]));
  for (const root of roots) byId.set(root.id, root);
  const room: Room = { left: MAX_INLINED, tooMany };
  return roots.map((entity) => {
    const path = new Set([...(query.containedBy ?? []), entity.id]);
    return { entity, how: { ...how, links: linksFrom(byId, whole, room, path, query.joinLevel, query.projection) } };
  });
}

function linksFrom(
  byId: ReadonlyMap<string, Entity>,
  whole: Representation,
  room: Room,
  path: ReadonlySet<string>,
  level: number,
  projection: Projection | undefined,
): InlineLinks {
  return {
    follow(relationship, uri) {
      const entity = level > 0 && !path.has(uri) ? byId.get(uri) : undefined;
      if (entity === undefined || isFull(room)) return undefined;
      const next = projection && linkedProjection(projection, relationship);
      const links = linksFrom(byId, whole, room, new Set([...path, uri]), level - 1, next);
      return { entity, how: { ...whole, ...membersOf(next), links } };
    },
  };
}

/** Counts one nested entity; true if the limit is reached. @throws NgsiLdError TooComplexQuery */
function isFull(room: Room): boolean {
  if (room.left-- > 0) return false;
  if (room.tooMany === 'leave') return true;
  throw new NgsiLdError(
    'TooComplexQuery',
    `join: more than ${MAX_INLINED} entities would be nested, expected a lower joinLevel or limit, or join=flat`,
  );
}

const ALWAYS = ['id', 'type', 'scope', 'createdAt', 'modifiedAt', 'expiresAt'];

/** The members that a projection keeps or omits of the entity itself. */
export function membersOf(projection: Projection | undefined): Pick<Representation, 'pick' | 'omit'> {
  if (projection === undefined) return {};
  const { attrs, pick, omit } = projection;
  if (attrs !== undefined) return { pick: new Set([...ALWAYS, ...attrs]) };
  const omitted = [...(omit ?? [])].filter(([, linked]) => linked === null).map(([member]) => member);
  return { ...(pick && { pick: new Set(pick.keys()) }), ...(omit && { omit: new Set(omitted) }) };
}
