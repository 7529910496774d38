import type { Queryable } from '../../database/database.ts';
import { retrieveEntity as stored } from '../../entities/read/entity-queries.ts';
import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { matchesTypes, type TypeSelection } from '../../query/type-selection.ts';
import { type Federation, supported } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import type { RegistrationMatch } from '../registrations/match-registration.ts';
import type { OperationName } from '../registrations/operation-names.ts';
import { GatheredEntities } from './gather-entities.ts';
import { LOCAL, type MappedSources } from './mapped-sources.ts';
import { retrieveFromSources } from './read-sources.ts';

/** A source must be registered for one of these to be asked for entities (4.20). */
export const READ_OPERATIONS: readonly OperationName[] = ['retrieveEntity', 'queryEntity', 'queryBatch'];

/** An entity with the parties that have parts of it, as named in entity maps (5.2.39). */
export interface FoundEntity {
  readonly entity: Entity;
  readonly parties: readonly string[];
}

/**
 * Retrieve Entity (5.7.1), merged from local data and sources.
 *
 * @param attributes IRIs of the requested attributes; absent: all
 *
 * @param only the sources to ask; absent: all that are concerned
 *
 * @throws NgsiLdError ResourceNotFound
 */
export async function retrieveDistributed(
  db: Queryable,
  federation: Federation,
  origin: Origin,
  id: string,
  selection: TypeSelection | undefined,
  attributes: ReadonlySet<string> | undefined,
  only?: MappedSources,
): Promise<FoundEntity> {
  const at = new Date().toISOString();
  const matches = readableMatches(federation, origin, id, selection, attributes).filter(
    ({ registration }) => only?.sources.has(registration.id) ?? true,
  );
  const [local, contributions] = await Promise.all([
    stored(db, origin.caller, id),
    retrieveFromSources(federation, origin, matches, id, attributes, only?.linkedMaps),
  ]);
  const gathered = new GatheredEntities(contributions);
  const entity = gathered.join(id, local, at);
  if (entity === undefined) throw new NgsiLdError('ResourceNotFound', `There is no entity ${id}`);
  if (selection !== undefined && !matchesTypes(selection, entity.types)) {
    throw new NgsiLdError('ResourceNotFound', `Entity ${id} does not have the requested type`);
  }
  const isHere = local !== undefined && gathered.ownPart(local) !== undefined;
  return { entity, parties: [...(isHere ? [LOCAL] : []), ...gathered.sourcesOf(id)] };
}

function readableMatches(
  federation: Federation,
  origin: Origin,
  id: string,
  types: TypeSelection | undefined,
  attributes: ReadonlySet<string> | undefined,
): RegistrationMatch[] {
  const selectors = [{ ids: [id], ...(types && { types }) }];
  const found = federation.search(origin, { selectors, ...(attributes && { attributes }) });
  return found.filter(({ registration }) => supported(registration, READ_OPERATIONS) !== undefined);
}
