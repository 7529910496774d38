import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { type InstanceFilter, isFiltered, nothingOf, type TemporalPage } from '../../history/query/query-temporal.ts';
import { type KnownEntity, knownEntity, selectKnown } from '../../history/query/temporal-entities.ts';
import { selectInstances } from '../../history/query/temporal-instances.ts';
import type { TemporalSelection } from '../../history/query/temporal-sql.ts';
import { SCOPE } from '../../model/change-entity.ts';
import type { Entity } from '../../model/entity.ts';
import { UNKNOWN_TIME } from '../../model/entity.ts';
import { NgsiLdError } from '../../model/errors.ts';
import type { TemporalEntity, TemporalInstance } from '../../model/temporal/temporal-entity.ts';
import type { EntityQuery, EntitySelector } from '../../query/entity-query.ts';
import { matchesEntity } from '../../query/match-entity.ts';
import { byText } from '../../query/order/id-order.ts';
import type { TemporalQuery } from '../../query/temporal/temporal-query.ts';
import { cutOff, type TimeRange } from '../../query/temporal/temporal-range.ts';
import { type Federation, supported } from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import { selectorsAmong } from '../entity-maps/entity-maps.ts';
import { meetsInterval, type RegistrationMatch } from '../registrations/match-registration.ts';
import { attributesFor } from '../registrations/narrow-query.ts';
import { isProxied } from '../registrations/registration.ts';
import { joinEvolutions, latest, type TimedEvolution } from './join-evolutions.ts';
import { LOCAL, type MappedSources } from './mapped-sources.ts';
import { holdWholeEntities } from './proxied.ts';
import type { FilterTexts } from './read-calls.ts';
import {
  type EvolutionContribution,
  narrower,
  queryEvolutions,
  retrieveEvolutions,
  type SourceEvolutionQuery,
  TEMPORAL_READS,
} from './read-evolutions.ts';

/** A temporal query over local data and sources. */
export interface DistributedEvolutions {
  readonly db: Queryable;
  readonly federation: Federation;
  readonly origin: Origin;
  readonly asked: InstanceFilter;
  readonly temporalQ: TemporalQuery;
  /** The most instances of an entity in one answer. */
  readonly mostInstances: number;
  /** Read all instances, however many, because they are to be aggregated. */
  readonly isWhole?: boolean;
  /** The sources to ask; absent: all that are concerned. */
  readonly only?: MappedSources | undefined;
}

/** Evolutions with the parties that have parts of them, as named in entity maps. */
interface FoundEvolutions extends TemporalPage {
  readonly entities: readonly TimedEvolution[];
  readonly parties: ReadonlyMap<string, readonly string[]>;
}

const MAX_CANDIDATES = 10_000;

/**
 * Retrieve the Temporal Evolution of an Entity (5.7.3), merged from local data and sources.
 *
 * @throws NgsiLdError ResourceNotFound: nothing of it was found
 */
export async function retrieveTemporalDistributed(read: DistributedEvolutions, id: string): Promise<FoundEvolutions> {
  const { db, federation, origin, asked, temporalQ } = read;
  const matches = matchesOf(read, [{ ids: [id] }], asked.attributes);
  const [known, contributions] = await Promise.all([
    knownEntity(db, origin.caller, id),
    retrieveEvolutions(federation, origin, matches, id, askedOf(read)),
  ]);
  const own = known === undefined ? [] : await storedEvolutions(read, [known]);
  const gathered = gather(own, contributions, temporalQ);
  const entity = gathered.join(id);
  if (entity === undefined)
    throw new NgsiLdError('ResourceNotFound', `There is no entity ${id} and there never was one`);
  if (isFiltered(asked, temporalQ) && Object.keys(entity.attributes).length === 0) throw nothingOf(id);
  return { ...cut(read, [entity], gathered.bound), hasNext: false, parties: gathered.parties };
}

/**
 * Query the Temporal Evolution of Entities (5.7.4), merged from local data and sources, in id order.
 *
 * @param texts the filters as written by the client
 *
 * @throws NgsiLdError BadRequestData: an order is requested; TooManyResults
 */
export async function queryTemporalDistributed(
  read: DistributedEvolutions,
  selection: TemporalSelection,
  query: EntityQuery,
  texts: FilterTexts,
): Promise<FoundEvolutions> {
  const { db, origin, temporalQ } = read;
  const { splitEntities = false, offset, limit, csf } = query;
  const matches = matchesOf(read, query.selectors, selection.attributes, csf);
  if (query.ordering !== undefined && matches.length > 0) {
    throw new NgsiLdError('BadRequestData', 'orderBy: not supported with context sources, expected local=true with it');
  }
  // Filters can't be applied to parts of an entity, and they may refer to attributes that are not shown.
  const { lastN: _lastN, ...anyTime } = temporalQ;
  const wholly = splitEntities ? { ...read, isWhole: true, asked: {}, temporalQ: anyTime } : read;
  const own: TemporalSelection = splitEntities ? unfiltered(selection) : selection;
  const contributions = await askSources(wholly, matches, query, texts);
  const elsewhere = new Set(contributions.flatMap(({ entities }) => entities.map(({ id }) => id)));
  // If matching needs complete entities, everything is read; otherwise only as far as the page reaches.
  const isComplete = splitEntities || holdWholeEntities(matches);
  const reach = isComplete ? MAX_CANDIDATES + 1 : limit === 0 ? 0 : offset + limit + 1;
  const page = { descending: false, limit: reach, offset: 0, count: query.count && !isComplete };
  const { entities: known, count } = await selectKnown(db, origin.caller, own, page);
  if (isComplete && known.length > MAX_CANDIDATES) {
    throw new NgsiLdError(
      'TooManyResults',
      `More than ${MAX_CANDIDATES} entities may be joined with those of sources, expected a narrower query`,
    );
  }
  const ids = [...new Set([...known.map(({ id }) => id), ...elsewhere])].sort(byText);
  const wanted = new Set(isComplete ? ids : ids.slice(offset, offset + limit));
  const stored = await storedEvolutions(
    wholly,
    known.filter(({ id }) => wanted.has(id)),
  );
  const gathered = gather(stored, contributions, wholly.temporalQ);
  const joined = [...wanted].flatMap((id) => gathered.join(id) ?? []);
  const matching = splitEntities
    ? joined.filter((entity) => isMatching(entity, selection)).map((entity) => shownPart(entity, read))
    : joined;
  const shown = isComplete ? matching.slice(offset, offset + limit) : matching;
  const total = isComplete
    ? matching.length
    : await totalOf(db, origin.caller, own, count ?? 0, elsewhere, query.count);
  const reached = isComplete ? matching.length : ids.length;
  return {
    ...cut(read, shown, gathered.bound),
    parties: gathered.parties,
    hasNext: limit > 0 && reached > offset + limit,
    ...(query.count && { count: total }),
  };
}

/** The sources that have parts of the matching entities, by entity id, for an entity map (5.14.5). */
export async function sourcesOfEntities(
  read: DistributedEvolutions,
  selection: TemporalSelection,
  query: EntityQuery,
  texts: FilterTexts,
): Promise<Map<string, string[]>> {
  const matches = matchesOf(read, query.selectors, selection.attributes, query.csf);
  const contributions = await askSources(read, matches, query, texts);
  const parties = new Map<string, string[]>();
  for (const { match, entities } of contributions) {
    for (const { id } of entities) parties.set(id, [...(parties.get(id) ?? []), match.registration.id]);
  }
  return parties;
}

function askSources(
  read: DistributedEvolutions,
  matches: readonly RegistrationMatch[],
  { selectors, splitEntities }: EntityQuery,
  texts: FilterTexts,
): Promise<EvolutionContribution[]> {
  const asked = splitEntities ? { csf: texts.csf, splitEntities: 'true' } : texts;
  return queryEvolutions(read.federation, read.origin, matches, selectors, asked, askedOf(read));
}

async function totalOf(
  db: Queryable,
  caller: Caller,
  selection: TemporalSelection,
  own: number,
  elsewhere: ReadonlySet<string>,
  isAsked: boolean,
): Promise<number> {
  if (!isAsked || elsewhere.size === 0) return own;
  const selectors = selectorsAmong(selection.selectors, [...elsewhere]);
  if (selectors.length === 0) return own + elsewhere.size;
  const page = { descending: false, limit: 0, offset: 0, count: true };
  const both = (await selectKnown(db, caller, { ...selection, selectors }, page)).count ?? 0;
  return own + elsewhere.size - both;
}

/** The selection without filters that need complete entities. */
export function unfiltered({ temporalQ, selectors }: TemporalSelection): TemporalSelection {
  return { temporalQ, ...(selectors && { selectors }) };
}

/** The sources concerned. Sources with a time interval are only asked if it overlaps the requested time. */
function matchesOf(
  { federation, origin, temporalQ, only }: DistributedEvolutions,
  selectors: readonly EntitySelector[] | undefined,
  attributes: readonly string[] | undefined,
  csf?: EntityQuery['csf'],
): RegistrationMatch[] {
  const names = attributes?.filter((name) => name !== SCOPE) ?? [];
  const found = federation.search(origin, {
    ...(selectors && { selectors }),
    ...(names.length > 0 && { attributes: new Set(names) }),
    ...(csf && { csf }),
  });
  return found.filter(
    ({ registration }) =>
      supported(registration, TEMPORAL_READS) !== undefined &&
      meetsInterval(registration, temporalQ) &&
      (only?.sources.has(registration.id) ?? true),
  );
}

function askedOf({ asked, temporalQ, isWhole = false, only }: DistributedEvolutions): SourceEvolutionQuery {
  const { attributes, omitted, datasetIds } = asked;
  return {
    temporalQ,
    isWhole,
    ...(attributes && attributes.length > 0 && { attributes }),
    ...(omitted && { omitted }),
    ...(datasetIds && { datasetIds }),
    ...(only && { linkedMaps: only.linkedMaps }),
  };
}

/** The instances of each series that may be in the answer, plus one that shows that there are more. */
async function storedEvolutions(
  { db, origin, asked, temporalQ, mostInstances, isWhole }: DistributedEvolutions,
  known: readonly KnownEntity[],
): Promise<TemporalEntity[]> {
  if (known.length === 0) return [];
  const most = Math.min(
    temporalQ.lastN ?? Number.MAX_SAFE_INTEGER,
    isWhole ? Number.MAX_SAFE_INTEGER : mostInstances + 1,
  );
  const ids = known.map(({ id }) => id);
  const instances = await selectInstances(db, origin.caller, ids, { ...asked, temporalQ, most });
  const byEntity = Map.groupBy(instances, ({ entityId }) => entityId);
  return known.map((entity) => {
    const attributes: Record<string, TemporalInstance[]> = {};
    for (const { name, instance, instanceId, deletedAt } of byEntity.get(entity.id) ?? []) {
      attributes[name] ??= [];
      attributes[name].push({ instance, instanceId, ...(deletedAt !== undefined && { deletedAt }) });
    }
    return { ...entity, attributes };
  });
}

function gather(
  own: readonly TemporalEntity[],
  contributions: readonly EvolutionContribution[],
  temporalQ: TemporalQuery,
) {
  const matches = contributions.map(({ match }) => match);
  const parties = new Map<string, string[]>();
  const [equals, auxiliaries] = [new Map<string, TemporalEntity[]>(), new Map<string, TemporalEntity[]>()];
  const add = (entity: TemporalEntity | undefined, to: typeof equals, party: string) => {
    if (entity === undefined) return;
    to.set(entity.id, [...(to.get(entity.id) ?? []), entity]);
    parties.set(entity.id, [...(parties.get(entity.id) ?? []), party]);
  };
  for (const entity of own) add(withoutProxied(entity, matches, ['exclusive', 'redirect']), equals, LOCAL);
  let bound: number | undefined;
  for (const { match, entities, bound: its } of contributions) {
    const { mode, id } = match.registration;
    if (its !== undefined) bound = narrower(bound, its, temporalQ);
    for (const entity of entities) {
      const part = isProxied(match.registration) ? entity : withoutProxied(entity, matches, ['exclusive']);
      add(part, mode === 'auxiliary' ? auxiliaries : equals, id);
    }
  }
  return {
    bound,
    parties,
    join: (id: string) => joinEvolutions(equals.get(id) ?? [], auxiliaries.get(id) ?? [], temporalQ),
  };
}

/** What is left without the data that only proxied sources have (4.3.6.3); undefined: nothing. */
function withoutProxied(
  entity: TemporalEntity,
  matches: readonly RegistrationMatch[],
  modes: readonly string[],
): TemporalEntity | undefined {
  let { attributes } = entity;
  for (const match of matches) {
    if (!modes.includes(match.registration.mode)) continue;
    const names = attributesFor(match, entity.id, entity.types);
    if (names === undefined) return undefined;
    attributes = Object.fromEntries(Object.entries(attributes).filter(([name]) => !names.has(name)));
  }
  return { ...entity, attributes };
}

/** Whether the merged instances in the time window satisfy the filters (5.7.4.4). */
function isMatching(entity: TimedEvolution, { q, geoQ, scopeQ, attributes, datasetIds }: TemporalSelection): boolean {
  const isAsked = (name: string) => attributes?.includes(name) ?? true;
  const named = Object.entries(entity.attributes).filter(([name]) => isAsked(name));
  const inDatasets = ({ instance: { datasetId = '' } }: TemporalInstance) => datasetIds?.includes(datasetId) ?? true;
  if (!named.some(([, instances]) => instances.some(inDatasets))) return false;
  return matchesEntity({ ...(q && { q }), ...(geoQ && { geoQ }), ...(scopeQ && { scopeQ }) }, entityOf(entity));
}

/** The requested part of a complete evolution. */
function shownPart(
  entity: TimedEvolution,
  { asked: { attributes, omitted, datasetIds }, temporalQ: { lastN } }: DistributedEvolutions,
): TimedEvolution {
  const shown = Object.entries(entity.attributes).flatMap(([name, all]) => {
    if (!(attributes?.includes(name) ?? true) || omitted?.includes(name)) return [];
    const instances = all.filter(({ instance: { datasetId = '' } }) => datasetIds?.includes(datasetId) ?? true);
    if (instances.length === 0) return [];
    return [[name, lastN === undefined ? instances : latest(instances, lastN)] as const];
  });
  return { ...entity, attributes: Object.fromEntries(shown) };
}

/** An entity that has all historical instances at the same time. */
function entityOf({
  id,
  types,
  attributes,
  createdAt = UNKNOWN_TIME,
  modifiedAt = UNKNOWN_TIME,
}: TimedEvolution): Entity {
  const all: Record<string, Entity['attributes'][string]> = {};
  for (const name in attributes) {
    if (name === SCOPE) continue;
    const present = (attributes[name] ?? []).filter(({ deletedAt }) => deletedAt === undefined);
    if (present.length > 0) all[name] = present.map(({ instance }) => instance);
  }
  const scopes = (attributes[SCOPE] ?? []).flatMap(({ instance }) => instance.value ?? []);
  return { id, types, createdAt, modifiedAt, attributes: all, scopes: scopes.map(String) };
}

/** Cuts the result at the earliest time up to which all parties have answered, and at the instance limit (6.3.10). */
function cut(
  { temporalQ, mostInstances, isWhole }: DistributedEvolutions,
  entities: readonly TimedEvolution[],
  bound: number | undefined,
): { entities: TimedEvolution[]; range?: TimeRange } {
  const all = entities.map(({ attributes }) => Object.values(attributes).flat());
  const range = cutOff(all, temporalQ, isWhole ? Number.MAX_SAFE_INTEGER : mostInstances, bound);
  if (range === undefined) return { entities: [...entities] };
  const within = entities.map((entity) => ({
    ...entity,
    attributes: Object.fromEntries(
      Object.entries(entity.attributes).map(([name, instances]) => [
        name,
        instances.filter(({ time }) => time >= range.from && time <= range.to),
      ]),
    ),
  }));
  return { entities: within, range };
}
