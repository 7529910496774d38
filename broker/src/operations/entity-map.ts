import { type EntityMap, expiryAfter, keepEntityMap, referredMap } from '../federation/entity-maps/entity-maps.ts';
import type { OperationRequest, ReadParts } from './operation-request.ts';

/** A request to use or create an entity map (5.5.14). */
export interface EntityMapRequest {
  /** The URI of the map; if absent or expired, a new one is created. */
  readonly reference?: string;
  /** The lifetime of a new one, an ISO 8601 duration. */
  readonly lifetime?: string | undefined;
}

/** The map that a read has used. */
export interface UsedMap {
  readonly map: EntityMap;
  readonly isNew: boolean;
}

/** The map that a read refers to; undefined: none, or it has expired. */
export async function liveMap(
  { db }: ReadParts,
  { caller: { tenant } }: OperationRequest,
  asked: EntityMapRequest | undefined,
): Promise<EntityMap | undefined> {
  return asked?.reference === undefined ? undefined : referredMap(db, tenant, asked.reference);
}

/** The map that a read has used: the one it referred to, or a new one for the result (5.7.1.4, 5.7.3.4). */
export async function usedMap(
  { db }: ReadParts,
  { caller: { tenant } }: OperationRequest,
  asked: EntityMapRequest | undefined,
  live: EntityMap | undefined,
  found: Iterable<readonly [string, readonly string[]]>,
): Promise<UsedMap | undefined> {
  if (asked === undefined) return undefined;
  if (live !== undefined) return { map: live, isNew: false };
  const expiresAt = expiryAfter(asked.lifetime, new Date());
  return { map: await keepEntityMap(db, tenant, found, expiresAt), isNew: true };
}
