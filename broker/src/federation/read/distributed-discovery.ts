import type { Context } from '../../context/contexts.ts';
import type { Queryable } from '../../database/database.ts';
import {
  type AttributeDetails,
  type AttributeInformation,
  retrieveAttributeDetails,
  retrieveAttributeInformation,
  retrieveAttributes,
  retrieveTypeDetails,
  retrieveTypeInformation,
  retrieveTypes,
  type TypeDetails,
  type TypeInformation,
} from '../../entities/discovery/discover.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { isJsonObject, type JsonObject } from '../../model/values.ts';
import { byText } from '../../query/order/id-order.ts';
import { type Federation, inParallel, unreadableWarning, warningOf } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import { type MakeCall, segment } from '../calls/source-call.ts';
import type { OperationName } from '../registrations/operation-names.ts';

/** The operations of 5.7.5 to 5.7.10 including the types and attributes of sources (5.7.11). Names are IRIs. */
export function distributedDiscovery(db: Queryable, federation: Federation, origin: Origin) {
  const ask: Ask = (operation, make) => documentsOf(federation, origin, operation, make);
  return { ...typeDiscovery(db, origin, ask), ...attributeDiscovery(db, origin, ask) };
}

type Ask = (operation: OperationName, make: MakeCall) => Promise<SourceDocument[]>;

/** 5.7.5 to 5.7.7. */
function typeDiscovery(db: Queryable, { caller }: Origin, ask: Ask) {
  return {
    async types(): Promise<string[]> {
      const [own, answers] = await Promise.all([
        retrieveTypes(db, caller),
        ask('retrieveEntityTypes', () => ({ method: 'GET', path: '/types' })),
      ]);
      return union(own, ...answers.map(({ document, names }) => terms(document.typeList, (term) => names.type(term))));
    },

    async typeDetails(): Promise<TypeDetails[]> {
      const [own, answers] = await Promise.all([
        retrieveTypeDetails(db, caller),
        ask('retrieveEntityTypeDetails', () => ({ method: 'GET', path: '/types', query: { details: 'true' } })),
      ]);
      const found = answers.map(({ document, names }) => ({
        type: nameOf(document, 'typeName', (term) => names.type(term)),
        attributeNames: terms(document.attributeNames, (term) => names.attribute(term)),
      }));
      return grouped([...own, ...found], ({ type }) => type).map(([type, group]) => ({
        type,
        attributeNames: union(...group.map(({ attributeNames }) => attributeNames)),
      }));
    },

    /** @throws NgsiLdError ResourceNotFound: no entity has the type */
    async typeInformation(type: string): Promise<TypeInformation> {
      const [own, answers] = await Promise.all([
        found(retrieveTypeInformation(db, caller, type)),
        ask('retrieveEntityTypeInfo', (names) => ({ method: 'GET', path: `/types/${segment(names.compact(type))}` })),
      ]);
      const others = answers.map(({ document, names }) => ({
        entityCount: countOf(document.entityCount),
        attributes: [document.attributeDetails ?? []].flat().flatMap((item: unknown) =>
          isJsonObject(item)
            ? {
                name: nameOf(item, 'attributeName', (term) => names.attribute(term)),
                kinds: terms(item.attributeTypes, (kind) => kind),
              }
            : [],
        ),
      }));
      const all = own === undefined ? others : [own, ...others];
      if (all.length === 0) throw new NgsiLdError('ResourceNotFound', `There is no entity of type ${type}`);
      const attributes = grouped(
        all.flatMap((each) => each.attributes),
        ({ name }) => name,
      );
      return {
        entityCount: all.reduce((sum, { entityCount }) => sum + entityCount, 0),
        attributes: attributes.map(([name, group]) => ({ name, kinds: union(...group.map(({ kinds }) => kinds)) })),
      };
    },
  };
}

/** 5.7.8 to 5.7.10. */
function attributeDiscovery(db: Queryable, { caller }: Origin, ask: Ask) {
  return {
    async attributes(): Promise<string[]> {
      const [own, answers] = await Promise.all([
        retrieveAttributes(db, caller),
        ask('retrieveAttrTypes', () => ({ method: 'GET', path: '/attributes' })),
      ]);
      const others = answers.map(({ document, names }) =>
        terms(document.attributeList, (term) => names.attribute(term)),
      );
      return union(own, ...others);
    },

    async attributeDetails(): Promise<AttributeDetails[]> {
      const [own, answers] = await Promise.all([
        retrieveAttributeDetails(db, caller),
        ask('retrieveAttrTypeDetails', () => ({ method: 'GET', path: '/attributes', query: { details: 'true' } })),
      ]);
      const others = answers.map(({ document, names }) => ({
        name: nameOf(document, 'attributeName', (term) => names.attribute(term)),
        typeNames: terms(document.typeNames, (term) => names.type(term)),
      }));
      return grouped([...own, ...others], ({ name }) => name).map(([name, group]) => ({
        name,
        typeNames: union(...group.map(({ typeNames }) => typeNames)),
      }));
    },

    /** @throws NgsiLdError ResourceNotFound: no entity has the attribute */
    async attributeInformation(name: string): Promise<AttributeInformation> {
      const [own, answers] = await Promise.all([
        found(retrieveAttributeInformation(db, caller, name)),
        ask('retrieveAttrTypeInfo', (names) => ({
          method: 'GET',
          path: `/attributes/${segment(names.compact(name))}`,
        })),
      ]);
      const others = answers.map(({ document, names }) => ({
        attributeCount: countOf(document.attributeCount),
        kinds: terms(document.attributeTypes, (kind) => kind),
        typeNames: terms(document.typeNames, (term) => names.type(term)),
      }));
      const all = own === undefined ? others : [own, ...others];
      if (all.length === 0) throw new NgsiLdError('ResourceNotFound', `There is no entity with attribute ${name}`);
      return {
        name,
        attributeCount: all.reduce((sum, { attributeCount }) => sum + attributeCount, 0),
        kinds: union(...all.map(({ kinds }) => kinds)),
        typeNames: union(...all.map(({ typeNames }) => typeNames)),
      };
    },
  };
}

interface SourceDocument {
  readonly document: JsonObject;
  readonly names: Context;
}

async function documentsOf(
  federation: Federation,
  origin: Origin,
  operation: OperationName,
  make: MakeCall,
): Promise<SourceDocument[]> {
  const matches = federation
    .search(origin, { operation })
    .filter(({ registration }) => registration.operations.has(operation));
  const answers = await inParallel(matches, async ({ registration }): Promise<SourceDocument[]> => {
    const reply = await federation.send(registration, origin, make);
    const warning = warningOf(registration, reply);
    if (warning !== undefined) origin.warnings.push(warning);
    if (warning !== undefined || reply.kind === 'silence' || reply.status === 404) return [];
    const documents = [reply.body].flat();
    if (reply.isReadable && documents.every(isJsonObject)) {
      return documents.map((document) => ({ document, names: reply.names }));
    }
    origin.warnings.push(unreadableWarning(registration, 'its answer is not NGSI-LD'));
    return [];
  });
  return answers.flat();
}

/** Undefined: not found. */
async function found<Result>(retrieval: Promise<Result>): Promise<Result | undefined> {
  try {
    return await retrieval;
  } catch (error) {
    if (error instanceof NgsiLdError && error.type === 'ResourceNotFound') return undefined;
    throw error;
  }
}

function nameOf(document: JsonObject, member: string, expand: (term: string) => string): string {
  const { id } = document;
  return typeof id === 'string' ? id : expand(String(document[member]));
}

function terms(list: unknown, expand: (term: string) => string): string[] {
  return [list ?? []].flat().flatMap((term: unknown) => (typeof term === 'string' ? expand(term) : []));
}

function countOf(count: unknown): number {
  return typeof count === 'number' ? count : 0;
}

function union(...lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].sort(byText);
}

function grouped<Item>(items: readonly Item[], key: (item: Item) => string): [string, Item[]][] {
  return [...Map.groupBy(items, key)].sort(([one], [other]) => byText(one, other));
}
