import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { NgsiLdError } from '../../model/errors.ts';
import {
  type AttributeUse,
  countEntitiesOfType,
  countEntitiesWithAttribute,
  selectAttributes,
  selectAttributeUses,
  selectTypes,
} from './discovery-queries.ts';

/** Discovery of entity types and attributes (5.7.5 to 5.7.10). All names are IRIs. */

export const retrieveTypes = selectTypes;
export const retrieveAttributes = selectAttributes;

export interface TypeDetails {
  readonly type: string;
  readonly attributeNames: readonly string[];
}

/** Retrieve Details of Available Entity Types (5.7.6). */
export async function retrieveTypeDetails(db: Queryable, caller: Caller): Promise<TypeDetails[]> {
  const uses = await selectAttributeUses(db, caller);
  return [...groupedBy(uses, ({ type }) => type)].map(([type, group]) => ({
    type,
    attributeNames: group.flatMap(({ name }) => name ?? []),
  }));
}

export interface TypeInformation {
  readonly entityCount: number;
  readonly attributes: readonly { readonly name: string; readonly kinds: readonly string[] }[];
}

/**
 * Retrieve Available Entity Type Information (5.7.7).
 *
 * @throws NgsiLdError ResourceNotFound: no entity has the type
 */
export async function retrieveTypeInformation(db: Queryable, caller: Caller, type: string): Promise<TypeInformation> {
  const entityCount = await countEntitiesOfType(db, caller, type);
  if (entityCount === 0) throw new NgsiLdError('ResourceNotFound', `There is no entity of type ${type}`);
  const uses = await selectAttributeUses(db, caller, { type });
  return { entityCount, attributes: uses.flatMap(({ name, kinds }) => (name === null ? [] : [{ name, kinds }])) };
}

export interface AttributeDetails {
  readonly name: string;
  readonly typeNames: readonly string[];
}

/** Retrieve Details of Available Attributes (5.7.9). */
export async function retrieveAttributeDetails(db: Queryable, caller: Caller): Promise<AttributeDetails[]> {
  const uses = (await selectAttributeUses(db, caller)).filter(({ name }) => name !== null);
  return [...groupedBy(uses, ({ name }) => name as string)].map(([name, group]) => ({
    name,
    typeNames: group.map(({ type }) => type),
  }));
}

export interface AttributeInformation extends AttributeDetails {
  readonly attributeCount: number;
  readonly kinds: readonly string[];
}

/**
 * Retrieve Available Attribute Information (5.7.10).
 *
 * @throws NgsiLdError ResourceNotFound: no entity has the attribute
 */
export async function retrieveAttributeInformation(
  db: Queryable,
  caller: Caller,
  name: string,
): Promise<AttributeInformation> {
  const uses = await selectAttributeUses(db, caller, { attribute: name });
  if (uses.length === 0) throw new NgsiLdError('ResourceNotFound', `There is no entity with attribute ${name}`);
  return {
    name,
    typeNames: uses.map(({ type }) => type),
    kinds: [...new Set(uses.flatMap(({ kinds }) => kinds))],
    attributeCount: await countEntitiesWithAttribute(db, caller, name),
  };
}

function groupedBy(uses: readonly AttributeUse[], key: (use: AttributeUse) => string): Map<string, AttributeUse[]> {
  return Map.groupBy(uses, key);
}
