import type { Caller } from '../../access/caller.ts';
import type { Database, Queryable } from '../../database/database.ts';
import type { AuthorizedLane } from '../../entities/write-lane/authorized-lane.ts';
import type { Decide } from '../../entities/write-lane/write-lane.ts';
import type { Entity } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import {
  pastInstance,
  pastInstances,
  type TemporalFragment,
  type TemporalInstanceFragment,
} from '../../model/temporal/temporal-fragment.ts';
import { withLatest } from '../../model/temporal/temporal-present.ts';
import { badMember } from '../../model/values.ts';
import { knownEntity } from '../query/temporal-entities.ts';
import { rowOfInstance } from '../query/temporal-instances.ts';
import { checkHistoryWrite } from './check-history-write.ts';
import {
  deleteAttributeHistory,
  deleteEvolution,
  deleteInstance,
  hasHistory,
  insertPast,
  isImported,
  replaceInstance,
} from './history-writes.ts';

/** A fragment that is sufficient to create an entity. */
type TemporalEntityFragment = TemporalFragment & { readonly id: string };

/**
 * Create or Update Temporal Evolution of an Entity (5.6.11): adds instances to the history, and makes the latest ones
 * the current values of the entity. True if the entity had no history before.
 *
 * @throws NgsiLdError BadRequestData: the entity is new and has no type
 */
export async function upsertTemporal(
  db: Queryable,
  lane: AuthorizedLane,
  caller: Caller,
  fragment: TemporalEntityFragment,
): Promise<boolean> {
  const isNew = !(await hasHistory(db, caller.tenant, fragment.id));
  await lane.write(caller, fragment.id, addToHistory(fragment));
  return isNew;
}

/** Adds instances. Creates the entity if it is missing and the fragment has a type. */
function addToHistory(fragment: TemporalEntityFragment): Decide<void> {
  return (before, at) => {
    const past = pastInstances(fragment, at);
    return { after: withLatest(withTypes(before, fragment, at), past, at), result: undefined, past };
  };
}

function withTypes(before: Entity | undefined, { id, types, expiresAt }: TemporalEntityFragment, at: string): Entity {
  const expiry = expiresAt === undefined ? {} : { expiresAt };
  if (before === undefined) {
    if (types === undefined) throw badMember('type', undefined, 'a type name or an array of them');
    return { id, types, createdAt: at, modifiedAt: at, attributes: {}, ...expiry };
  }
  return { ...before, types: [...new Set([...before.types, ...(types ?? [])])], ...expiry };
}

/**
 * Add Attributes to the Temporal Evolution of an Entity (5.6.12). A deleted entity has an evolution, and stays deleted.
 *
 * @throws NgsiLdError ResourceNotFound
 */
export async function appendTemporal(
  db: Queryable,
  lane: AuthorizedLane,
  caller: Caller,
  id: string,
  fragment: TemporalFragment,
): Promise<void> {
  const add = addToHistory({ ...fragment, id });
  const isThere = await lane.write(caller, id, (before, at) =>
    before === undefined ? { after: undefined, result: false } : { ...add(before, at), result: true },
  );
  if (isThere) return;
  // The entity is deleted, never existed, or is not visible to the caller.
  for (const name of Object.keys(fragment.attributes)) await checkHistoryWrite(db, caller, id, name);
  if (!(await hasHistory(db, caller.tenant, id))) {
    throw new NgsiLdError('ResourceNotFound', `There is no entity ${id} and there never was one`);
  }
  const at = new Date().toISOString();
  await insertPast(db, caller.tenant, id, pastInstances(fragment, at), at);
}

/**
 * Delete Temporal Evolution of an Entity (5.6.16). If the entity was written by the temporal API only, it is deleted
 * too; otherwise it stays.
 *
 * @throws NgsiLdError ResourceNotFound: neither the entity nor a history of it is known
 */
export async function deleteTemporal(db: Database, lane: AuthorizedLane, caller: Caller, id: string): Promise<void> {
  await checkHistoryWrite(db, caller, id);
  const isRecorded = await hasHistory(db, caller.tenant, id);
  if (!isRecorded && (await knownEntity(db, caller, id)) === undefined) {
    throw new NgsiLdError('ResourceNotFound', `There is no entity ${id} and no history of it`);
  }
  const isOnlyHistory = isRecorded && (await isImported(db, caller.tenant, id));
  if (isOnlyHistory || !isRecorded) {
    await lane.write(caller, id, (before) => ({
      after: isOnlyHistory || before === undefined || isBlank(before) ? undefined : before,
      result: undefined,
      past: [],
    }));
  }
  await deleteEvolution(db, caller.tenant, id);
}

/** Whether an entity has had nothing but its type since it was created, as one without attributes in the temporal API. */
function isBlank({ attributes, scopes = [], createdAt, modifiedAt }: Entity): boolean {
  return Object.keys(attributes).length === 0 && scopes.length === 0 && createdAt === modifiedAt;
}

/**
 * Delete Attribute from the Temporal Evolution of an Entity (5.6.13).
 *
 * @param datasetId '' is the default instance; undefined deletes all
 * @throws NgsiLdError ResourceNotFound
 */
export async function deleteTemporalAttribute(
  db: Database,
  caller: Caller,
  id: string,
  name: string,
  datasetId: string | undefined,
): Promise<void> {
  await checkHistoryWrite(db, caller, id, name);
  if (await deleteAttributeHistory(db, caller.tenant, id, name, datasetId)) return;
  const which = datasetId ? `${name} with datasetId ${datasetId}` : name;
  throw new NgsiLdError('ResourceNotFound', `There is no history of attribute ${which} of entity ${id}`);
}

/** Identifies an attribute instance. */
export interface InstancePath {
  readonly id: string;
  readonly name: string;
  readonly instanceId: string;
}

/**
 * Modify Attribute Instance in the Temporal Evolution of an Entity (5.6.14): corrects the history; current values stay.
 *
 * @throws NgsiLdError ResourceNotFound
 */
export async function updateTemporalInstance(
  db: Queryable,
  caller: Caller,
  { id, name, instanceId }: InstancePath,
  fragment: TemporalInstanceFragment,
): Promise<void> {
  await checkHistoryWrite(db, caller, id, name);
  const row = rowOfInstance(instanceId);
  const at = new Date().toISOString();
  const instance = { name, instance: pastInstance(name, fragment, at) };
  if (row === undefined || !(await replaceInstance(db, caller.tenant, id, row, instance, at))) {
    throw noInstance({ id, name, instanceId });
  }
}

/**
 * Delete Attribute Instance from the Temporal Evolution of an Entity (5.6.15): corrects the history; current values
 * stay.
 *
 * @throws NgsiLdError ResourceNotFound
 */
export async function deleteTemporalInstance(db: Queryable, caller: Caller, path: InstancePath): Promise<void> {
  await checkHistoryWrite(db, caller, path.id, path.name);
  const row = rowOfInstance(path.instanceId);
  if (row === undefined || !(await deleteInstance(db, caller.tenant, path.id, path.name, row))) throw noInstance(path);
}

function noInstance({ id, name, instanceId }: InstancePath): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no instance ${instanceId} of attribute ${name} of entity ${id}`);
}
