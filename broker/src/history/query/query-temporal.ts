import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { NgsiLdError } from '../../model/errors.ts';
import type { TemporalEntity, TemporalInstance } from '../../model/temporal/temporal-entity.ts';
import type { TemporalQuery } from '../../query/temporal/temporal-query.ts';
import { cutOff, type TimeRange } from '../../query/temporal/temporal-range.ts';
import type { InstanceSelection } from './instance-selection.ts';
import { type KnownEntity, type KnownPage, knownEntity, selectCandidates, selectKnown } from './temporal-entities.ts';
import { type StoredInstance, selectInstances } from './temporal-instances.ts';
import type { TemporalSelection } from './temporal-sql.ts';

/** Selects instances of the entities found. */
export type InstanceFilter = Omit<InstanceSelection, 'most' | 'temporalQ'>;

/** A page of evolutions. */
export interface TemporalPage {
  readonly entities: readonly TemporalEntity[];
  /** The total number of matches, if requested. */
  readonly count?: number;
  readonly hasNext: boolean;
  /** Present if the answer is partial: it contains all instances in this range (6.3.10). */
  readonly range?: TimeRange;
}

/**
 * Retrieve the Temporal Evolution of an Entity (5.7.3).
 *
 * @throws NgsiLdError ResourceNotFound: the entity never existed, or has none of the requested instances
 */
export async function retrieveTemporal(
  db: Queryable,
  caller: Caller,
  id: string,
  asked: InstanceFilter,
  temporalQ: TemporalQuery,
  mostInstances: number,
): Promise<TemporalPage> {
  const known = await existingEvolution(db, caller, id);
  const page = await evolutions(db, caller, [known], asked, temporalQ, mostInstances);
  if (isFiltered(asked, temporalQ) && Object.keys(page.entities[0]?.attributes ?? {}).length === 0) throw nothingOf(id);
  return { ...page, hasNext: false };
}

/** Whether instances are selected, so that an entity without any of them does not belong to the result (5.7.3.4). */
export function isFiltered(
  { attributes, omitted, datasetIds, scopeQ }: InstanceFilter,
  temporalQ: TemporalQuery,
): boolean {
  if (attributes?.length === 0) return false;
  const { relation, timeproperty, lastN } = temporalQ;
  return [attributes, omitted, datasetIds, scopeQ, relation, timeproperty, lastN].some(
    (filter) => filter !== undefined,
  );
}

/** @throws NgsiLdError ResourceNotFound: the entity never existed */
export async function existingEvolution(db: Queryable, caller: Caller, id: string): Promise<KnownEntity> {
  const known = await knownEntity(db, caller, id);
  if (known === undefined)
    throw new NgsiLdError('ResourceNotFound', `There is no entity ${id} and there never was one`);
  return known;
}

export function nothingOf(id: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `Entity ${id} has none of the requested attribute instances`);
}

/** Query the Temporal Evolution of Entities (5.7.4). */
export async function queryTemporal(
  db: Queryable,
  caller: Caller,
  selection: TemporalSelection,
  asked: InstanceFilter,
  page: KnownPage,
  mostInstances: number,
): Promise<TemporalPage> {
  const { temporalQ } = selection;
  const straight = isStraight(selection, asked, page)
    ? await straightPage(db, caller, selection, asked, page, mostInstances)
    : undefined;
  if (straight !== undefined) return straight;
  const { entities: found, count, hasNext } = await knownPage(db, caller, selection, page);
  const { entities, range } = await evolutions(db, caller, found, asked, temporalQ, mostInstances);
  return { entities, hasNext, ...(count !== undefined && { count }), ...(range && { range }) };
}

/**
 * Whether the query asks for the first page of the last instances, with no other condition on entities than having one.
 */
function isStraight(
  { temporalQ, q, geoQ, scopeQ }: TemporalSelection,
  asked: InstanceFilter,
  page: KnownPage,
): boolean {
  const isPlain = q === undefined && geoQ === undefined && scopeQ === undefined && asked.omitted === undefined;
  const isFirst = page.offset === 0 && page.limit > 0 && !page.count;
  return temporalQ.lastN !== undefined && isPlain && isFirst && asked.attributes?.length !== 0;
}

/**
 * Reads the first page directly, without first searching for entities with instances, in half the time. Undefined if
 * too many entities have no instance, so that the following ones are unknown.
 */
async function straightPage(
  db: Queryable,
  caller: Caller,
  { temporalQ, ...selection }: TemporalSelection,
  asked: InstanceFilter,
  { limit, descending }: KnownPage,
  mostInstances: number,
): Promise<TemporalPage | undefined> {
  const candidates = await selectCandidates(db, caller, selection, { limit: limit + 1, descending });
  const byEntity = await instancesByEntity(db, caller, candidates, asked, temporalQ, mostInstances);
  const found = candidates.filter(({ id }) => byEntity.get(id)?.length);
  const hasNext = found.length > limit;
  if (candidates.length > limit && !hasNext) return undefined;
  return { ...cutOffPage(found.slice(0, limit), byEntity, temporalQ, mostInstances), hasNext };
}

/** A page of entities whose evolution matches, and whether there is another page. */
export async function knownPage(
  db: Queryable,
  caller: Caller,
  selection: TemporalSelection,
  page: KnownPage,
): Promise<{ entities: KnownEntity[]; count?: number; hasNext: boolean }> {
  // Requests one entity more than the limit, to find out whether there is a next page.
  const { entities, count } = await selectKnown(db, caller, selection, {
    ...page,
    limit: page.limit === 0 ? 0 : page.limit + 1,
  });
  return {
    entities: entities.slice(0, page.limit),
    hasNext: entities.length > page.limit,
    ...(count !== undefined && { count }),
  };
}

async function evolutions(
  db: Queryable,
  caller: Caller,
  known: readonly KnownEntity[],
  asked: InstanceFilter,
  temporalQ: TemporalQuery,
  mostInstances: number,
): Promise<Pick<TemporalPage, 'entities' | 'range'>> {
  const byEntity = await instancesByEntity(db, caller, known, asked, temporalQ, mostInstances);
  return cutOffPage(known, byEntity, temporalQ, mostInstances);
}

async function instancesByEntity(
  db: Queryable,
  caller: Caller,
  known: readonly KnownEntity[],
  asked: InstanceFilter,
  temporalQ: TemporalQuery,
  mostInstances: number,
): Promise<Map<string, StoredInstance[]>> {
  const ids = known.map(({ id }) => id);
  const byEntity = new Map<string, StoredInstance[]>(ids.map((id) => [id, []]));
  if (known.length === 0) return byEntity;
  // Requests one instance more than fits, to find out whether some are left out.
  const most = Math.min(temporalQ.lastN ?? Number.MAX_SAFE_INTEGER, mostInstances + 1);
  const instances = await selectInstances(db, caller, ids, { ...asked, temporalQ, most });
  for (const instance of instances) byEntity.get(instance.entityId)?.push(instance);
  return byEntity;
}

function cutOffPage(
  known: readonly KnownEntity[],
  byEntity: ReadonlyMap<string, readonly StoredInstance[]>,
  temporalQ: TemporalQuery,
  mostInstances: number,
): Pick<TemporalPage, 'entities' | 'range'> {
  const instancesOf = ({ id }: KnownEntity) => byEntity.get(id) ?? [];
  const range = cutOff(known.map(instancesOf), temporalQ, mostInstances);
  const entities = known.map((entity) => evolution(entity, instancesOf(entity), range));
  return { entities, ...(range && { range }) };
}

function evolution(
  known: KnownEntity,
  instances: readonly StoredInstance[],
  range: TimeRange | undefined,
): TemporalEntity {
  const attributes: Record<string, TemporalInstance[]> = {};
  for (const instance of [...instances].sort((a, b) => a.time - b.time)) {
    attributes[instance.name] ??= [];
    const isIn = range === undefined || (instance.time >= range.from && instance.time <= range.to);
    if (isIn) attributes[instance.name]?.push(instance);
  }
  return { ...known, attributes };
}
