import { SCOPE } from '../../model/change-entity.ts';
import type { NameCompactor } from '../../model/names.ts';
import type { TemporalEntity, TemporalInstance } from '../../model/temporal/temporal-entity.ts';
import type { EntitySelector } from '../../query/entity-query.ts';
import { matchesSelector } from '../../query/match-entity.ts';
import type { TemporalQuery } from '../../query/temporal/temporal-query.ts';
import {
  type Federation,
  inParallel,
  sourceName,
  supported,
  unreadableWarning,
  warningOf,
} from '../calls/federation.ts';
import type { Origin } from '../calls/origin.ts';
import { type SourceCall, type SourceReply, segment } from '../calls/source-call.ts';
import type { RegistrationMatch } from '../registrations/match-registration.ts';
import {
  attributesFor,
  attributesOf,
  intersection,
  nameList,
  narrowedSelectors,
  typeText,
} from '../registrations/narrow-query.ts';
import type { OperationName } from '../registrations/operation-names.ts';
import { millisecondsOf } from './join-evolutions.ts';
import { type FilterTexts, mapHeaders } from './read-calls.ts';
import { readReceivedEvolution } from './received-evolution.ts';

/** What to request from sources. */
export interface SourceEvolutionQuery {
  readonly temporalQ: TemporalQuery;
  /** IRIs; absent: all. */
  readonly attributes?: readonly string[];
  readonly omitted?: readonly string[];
  /** '' is the default instance. */
  readonly datasetIds?: readonly string[];
  /** Read everything, page by page; otherwise what a source returns at once is enough. */
  readonly isWhole: boolean;
  readonly linkedMaps?: { readonly [registrationId: string]: string };
}

/** The evolutions of one source, restricted to its registered attributes. */
export interface EvolutionContribution {
  readonly match: RegistrationMatch;
  readonly entities: readonly TemporalEntity[];
  /** The time up to which the source has answered, in milliseconds since 1970; with `lastN`, the time back to which. */
  readonly bound?: number;
}

/** Entities in one page of a source. */
const PAGE = 1000;
/** The most pages from one source for one request. */
const MAX_PAGES = 10;
/** The most partial answers (by time) of one page. */
const MAX_PARTS = 1000;

/** Asks sources for the evolution of one entity, in parallel (5.7.3.4). */
export async function retrieveEvolutions(
  federation: Federation,
  origin: Origin,
  matches: readonly RegistrationMatch[],
  id: string,
  asked: SourceEvolutionQuery,
): Promise<EvolutionContribution[]> {
  return inParallel(matches, async (match) => {
    const operation = supported(match.registration, ['retrieveTemporal', 'queryTemporal']);
    if (operation === undefined) return { match, entities: [] };
    if (operation === 'queryTemporal') {
      return queryOne(federation, origin, match, [{ ids: [id] }], {}, asked);
    }
    const path = `/temporal/entities/${segment(id)}`;
    const call = (names: NameCompactor): SourceCall => ({ method: 'GET', path, query: attrsOf(match, asked, names) });
    const { entities, bound } = await parts(federation, origin, match, call, asked);
    const own = entities.filter((entity) => entity.id === id);
    return { match, entities: own, ...(bound !== undefined && { bound }) };
  });
}

/** Asks sources for the evolutions that match a query, in parallel (5.7.4.4). */
export async function queryEvolutions(
  federation: Federation,
  origin: Origin,
  matches: readonly RegistrationMatch[],
  selectors: readonly EntitySelector[] | undefined,
  texts: FilterTexts,
  asked: SourceEvolutionQuery,
): Promise<EvolutionContribution[]> {
  return inParallel(matches, (match) => queryOne(federation, origin, match, selectors, texts, asked));
}

async function queryOne(
  federation: Federation,
  origin: Origin,
  match: RegistrationMatch,
  selectors: readonly EntitySelector[] | undefined,
  texts: FilterTexts,
  asked: SourceEvolutionQuery,
): Promise<EvolutionContribution> {
  const found = new Map<string, TemporalEntity>();
  let bound: number | undefined;
  const names = await federation.namesFor(match.registration, origin).catch(() => origin.context);
  if (names !== origin.context && Object.values(texts).some((text) => text !== undefined)) {
    const text = `${sourceName(match.registration)}: it uses another @context, in which the query can't be expressed`;
    origin.warnings.push({ code: 299, text });
    return { match, entities: [] };
  }
  for (const selector of narrowedSelectors(match, selectors)) {
    for (let page = 0; page < MAX_PAGES; page++) {
      const call = (theirs: NameCompactor): SourceCall => ({
        method: 'GET',
        path: '/temporal/entities',
        query: {
          type: typeText(selector.types, theirs),
          id: selector.ids?.join(','),
          idPattern: selector.ids === undefined ? selector.idPattern?.source : undefined,
          ...attrsOf(match, asked, theirs),
          ...texts,
          limit: String(PAGE),
          offset: page === 0 ? undefined : String(page * PAGE),
        },
      });
      const answer = await parts(federation, origin, match, call, asked);
      for (const entity of answer.entities) found.set(entity.id, entity);
      if (answer.bound !== undefined) bound = narrower(bound, answer.bound, asked.temporalQ);
      if (answer.entities.length < PAGE) break;
    }
  }
  const entities = [...found.values()].filter(
    (entity) => !selectors?.length || selectors.some((selector) => matchesSelector(selector, asEntity(entity))),
  );
  return { match, entities, ...(bound !== undefined && { bound }) };
}

function asEntity({ id, types }: TemporalEntity) {
  return { id, types, createdAt: '', modifiedAt: '', attributes: {} };
}

/** The stricter of two bounds. */
export function narrower(one: number | undefined, other: number, { lastN }: TemporalQuery): number {
  if (one === undefined) return other;
  return lastN === undefined ? Math.min(one, other) : Math.max(one, other);
}

function attrsOf(match: RegistrationMatch, { attributes, datasetIds }: SourceEvolutionQuery, names: NameCompactor) {
  // The scope can't be requested by name.
  const asked = attributes === undefined || attributes.includes(SCOPE) ? undefined : new Set(attributes);
  const wanted = intersection(attributesOf(match), asked);
  const datasetId = datasetIds?.map((id) => id || '@none').join(',');
  return { attrs: wanted?.size ? nameList(wanted, names) : undefined, datasetId, options: 'sysAttrs' };
}

interface SourcePart {
  readonly entities: readonly TemporalEntity[];
  readonly bound?: number;
}

/** One page of a source: a single answer, or, if everything is needed, all partial answers by time (6.3.10). */
async function parts(
  federation: Federation,
  origin: Origin,
  match: RegistrationMatch,
  call: (names: NameCompactor) => SourceCall,
  asked: SourceEvolutionQuery,
): Promise<SourcePart> {
  const { registration } = match;
  const deadline = federation.deadline(registration);
  const headers = mapHeaders(asked.linkedMaps?.[registration.id]);
  const found = new Map<string, TemporalEntity>();
  let temporalQ: TemporalQuery | undefined = asked.temporalQ;
  let end: string | undefined;
  for (let part = 0; temporalQ !== undefined && part < MAX_PARTS; part++) {
    const texts = temporalTexts(temporalQ);
    const make = (names: NameCompactor): SourceCall => {
      const made = call(names);
      return { ...made, query: { ...made.query, ...texts }, ...(headers && { headers }) };
    };
    const reply = await federation.send(registration, origin, make, deadline);
    for (const entity of await entitiesOf(federation, origin, match, reply, asked)) addPart(found, entity);
    end = endOf(reply);
    if (end === undefined || !asked.isWhole) break;
    temporalQ = after(temporalQ, end);
  }
  const entities = [...found.values()];
  return end === undefined ? { entities } : { entities, bound: millisecondsOf(end) };
}

function temporalTexts({ relation, timeproperty, lastN }: TemporalQuery) {
  return {
    timerel: relation?.timerel,
    timeAt: relation?.timeAt,
    endTimeAt: relation?.endTimeAt,
    timeproperty,
    lastN: lastN === undefined ? undefined : String(lastN),
  };
}

/** The end of a partial answer; undefined: it is complete. */
function endOf(reply: SourceReply): string | undefined {
  if (reply.kind === 'silence' || reply.status !== 206) return undefined;
  return /^date-?time\s+\S+Z-(\S+Z)\/\S+$/i.exec(String(reply.headers['content-range'] ?? ''))?.[1];
}

const A_MICROSECOND_MS = 0.001;

/** The temporal query for the rest after a partial answer; undefined: it can't be expressed. */
function after(temporalQ: TemporalQuery, end: string): TemporalQuery | undefined {
  const { relation, timeproperty, lastN } = temporalQ;
  if (timeproperty === undefined) return undefined;
  const { timerel, timeAt, endTimeAt } = relation ?? {};
  if (lastN !== undefined) {
    if (timerel === 'before' || timerel === undefined)
      return { ...temporalQ, relation: { timerel: 'before', timeAt: end } };
    return { ...temporalQ, relation: { timerel: 'between', timeAt: timeAt as string, endTimeAt: end } };
  }
  const from = microsecondLater(end);
  if (timerel === 'before')
    return { ...temporalQ, relation: { timerel: 'between', timeAt: from, endTimeAt: timeAt as string } };
  if (timerel === 'between') {
    return { ...temporalQ, relation: { timerel: 'between', timeAt: from, endTimeAt: endTimeAt as string } };
  }
  return { ...temporalQ, relation: { timerel: 'after', timeAt: from } };
}

function microsecondLater(dateTime: string): string {
  const microseconds = Math.round((millisecondsOf(dateTime) + A_MICROSECOND_MS) * 1000);
  const seconds = new Date(Math.floor(microseconds / 1_000_000) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${String(microseconds % 1_000_000).padStart(6, '0')}Z`;
}

function addPart(found: Map<string, TemporalEntity>, entity: TemporalEntity): void {
  const known = found.get(entity.id);
  if (known === undefined) {
    found.set(entity.id, entity);
    return;
  }
  const attributes: Record<string, readonly TemporalInstance[]> = { ...known.attributes };
  for (const name in entity.attributes) {
    attributes[name] = [...(attributes[name] ?? []), ...(entity.attributes[name] ?? [])];
  }
  found.set(entity.id, { ...known, attributes });
}

async function entitiesOf(
  federation: Federation,
  origin: Origin,
  match: RegistrationMatch,
  reply: SourceReply,
  asked: SourceEvolutionQuery,
): Promise<TemporalEntity[]> {
  const { registration } = match;
  const warning = warningOf(registration, reply);
  if (warning !== undefined) origin.warnings.push(warning);
  if (warning !== undefined || reply.kind === 'silence' || reply.status === 404) return [];
  const entities: TemporalEntity[] = [];
  try {
    if (!reply.isReadable) throw new Error('it is not JSON');
    for (const document of [reply.body ?? []].flat() as unknown[]) {
      const names = hasContext(document) ? await federation.contextOf(document['@context']) : reply.names;
      const part = requestedPart(match, readReceivedEvolution(document, names), asked);
      if (Object.keys(part.attributes).length > 0) entities.push(part);
    }
  } catch (error) {
    origin.warnings.push(unreadableWarning(registration, `its answer is not NGSI-LD: ${(error as Error).message}`));
  }
  return entities;
}

function hasContext(document: unknown): document is { '@context': unknown } {
  return typeof document === 'object' && document !== null && '@context' in document;
}

/** The part of an evolution that its source is registered for and that was requested. */
function requestedPart(match: RegistrationMatch, entity: TemporalEntity, asked: SourceEvolutionQuery): TemporalEntity {
  const registered = attributesFor(match, entity.id, entity.types);
  const { datasetIds } = match.registration;
  const attributes: Record<string, readonly TemporalInstance[]> = {};
  for (const name in entity.attributes) {
    const isAsked = (asked.attributes?.includes(name) ?? true) && !asked.omitted?.includes(name);
    if (!isAsked || !(registered?.has(name) ?? true)) continue;
    const instances = entity.attributes[name] ?? [];
    const kept = instances.filter(
      ({ instance: { datasetId } }) =>
        (datasetIds?.has(datasetId ?? '@none') ?? true) && (asked.datasetIds?.includes(datasetId ?? '') ?? true),
    );
    // An attribute without instances has some beyond the end of a partial answer.
    if (kept.length > 0 || instances.length === 0) attributes[name] = kept;
  }
  return { ...entity, attributes };
}

/** A source must be registered for one of these to be asked. */
export const TEMPORAL_READS: readonly OperationName[] = ['retrieveTemporal', 'queryTemporal'];
