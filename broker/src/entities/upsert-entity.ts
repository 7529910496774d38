import { updateAttributes, wholeEntity } from '../model/change-entity.ts';
import type { EntityFragment } from '../model/fragment.ts';
import type { NameExpander } from '../model/names.ts';
import { parseEntityFragment, parseWholeEntity, type WholeEntity } from '../model/parse/parse-entity.ts';
import { badMember, NGSI_LD_NULL } from '../model/values.ts';
import { existingEntity } from './existing-entity.ts';
import type { Decide } from './write-lane/write-lane.ts';

/** Whether an upsert created or updated the entity. */
export type Upserted = 'created' | 'updated';

/** One item of Batch Upsert (5.6.8) that replaces an existing entity. */
function upsertEntity(entity: WholeEntity): Decide<Upserted> {
  return (before, at) => ({
    after: wholeEntity(entity, before, at),
    result: before === undefined ? 'created' : 'updated',
  });
}

/**
 * One item of Batch Upsert with `options=update`. An existing entity keeps what the fragment doesn't name.
 *
 * @throws NgsiLdError BadRequestData: the entity doesn't exist and the fragment is not a complete entity
 */
export function upsertAttributes(entityId: string, fragment: EntityFragment): Decide<Upserted> {
  return (before, at) => {
    if (before === undefined)
      return { after: wholeEntity(asWhole(entityId, fragment), undefined, at), result: 'created' };
    const { after } = updateAttributes(existingEntity(before, entityId, undefined, at), fragment, at);
    return { after, result: 'updated' };
  };
}

function asWhole(id: string, { types, scopes, expiresAt, attributes }: EntityFragment): WholeEntity {
  if (types === undefined) throw badMember('type', undefined, `a type, since entity ${id} doesn't exist`);
  if (scopes === null) throw badMember('scope', NGSI_LD_NULL, `a scope, since entity ${id} doesn't exist`);
  if (expiresAt === null) throw badMember('expiresAt', NGSI_LD_NULL, `a DateTime, since entity ${id} doesn't exist`);
  for (const name in attributes) {
    if (attributes[name]?.some(({ deleted }) => deleted)) {
      throw badMember(name, NGSI_LD_NULL, `a value, since entity ${id} doesn't exist`);
    }
  }
  return { id, types, attributes, ...(scopes && { scopes }), ...(expiresAt && { expiresAt }) };
}

/**
 * Reads one item of an upsert. With `update`, an item without type can still update an existing entity.
 *
 * @throws NgsiLdError InvalidRequest, BadRequestData
 */
export function readUpsert(
  item: unknown,
  names: NameExpander,
  update: boolean,
): { entityId: string; decide: Decide<Upserted> } {
  if (!update) {
    const entity = parseWholeEntity(item, names);
    return { entityId: entity.id, decide: upsertEntity(entity) };
  }
  const { id, fragment } = readFragmentOfUpsert(item, names);
  return { entityId: id, decide: upsertAttributes(id, fragment) };
}

/** @throws NgsiLdError InvalidRequest, BadRequestData */
export function readFragmentOfUpsert(item: unknown, names: NameExpander): { id: string; fragment: EntityFragment } {
  const fragment = parseEntityFragment(item, names, 'update');
  if (fragment.id === undefined) throw badMember('id', undefined, 'the URI of the entity');
  return { id: fragment.id, fragment };
}
