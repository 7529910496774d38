import type { Entity } from '../../model/entity.ts';
import type { EntityFilter, EntitySelector } from '../../query/entity-query.ts';
import { matchesEntity } from '../../query/match-entity.ts';
import {
  type Federation,
  inParallel,
  sourceName,
  supported,
  unreadableWarning,
  warningOf,
} from '../calls/federation.ts';
import type { Origin, SourceWarning } from '../calls/origin.ts';
import type { SourceReply } from '../calls/source-call.ts';
import type { RegistrationMatch } from '../registrations/match-registration.ts';
import {
  attributesFor,
  attributesOf,
  intersection,
  isRequested,
  narrowedSelectors,
} from '../registrations/narrow-query.ts';
import type { OperationName } from '../registrations/operation-names.ts';
import type { Registration } from '../registrations/registration.ts';
import { callsForQuery, type FilterTexts, mapHeaders, retrieval } from './read-calls.ts';
import { readReceived } from './received-entity.ts';
import { type Received, SourceReader, type SourceReading } from './source-reader.ts';

/** What to request from sources. */
export interface SourceQuery {
  readonly selectors?: readonly EntitySelector[];
  /** IRIs: only entities with one of these attributes, and only these attributes of them; absent: any. */
  readonly attributes?: ReadonlySet<string>;
  /** Filters as written by the client. */
  readonly texts: FilterTexts;
  /** The parsed filters, for sources in whose @context the texts can't be expressed. */
  readonly filter: EntityFilter;
  /** The maps that sources keep for the query, by registration (4.3.6.7). */
  readonly linkedMaps?: { readonly [registrationId: string]: string };
}

/** The requested entities of one source, restricted to its registered attributes. */
export interface Contribution {
  readonly match: RegistrationMatch;
  readonly entities: readonly Entity[];
}

/** Asks sources for one entity, in parallel (5.7.1.4). */
export async function retrieveFromSources(
  federation: Federation,
  origin: Origin,
  matches: readonly RegistrationMatch[],
  id: string,
  attributes: ReadonlySet<string> | undefined,
  linkedMaps?: SourceQuery['linkedMaps'],
): Promise<Contribution[]> {
  return inParallel(matches, async (match) => {
    const operation = supported(match.registration, ['retrieveEntity', 'queryEntity', 'queryBatch']);
    if (operation === undefined) return { match, entities: [] };
    const wanted = intersection(attributesOf(match), attributes);
    if (operation !== 'retrieveEntity') {
      const named = { ...(attributes && { attributes }), ...(linkedMaps && { linkedMaps }) };
      const query = { selectors: [{ ids: [id] }], ...named, texts: {}, filter: {} };
      return queryOne(federation, origin, match, query, operation);
    }
    const headers = mapHeaders(linkedMaps?.[match.registration.id]);
    const reply = await federation.send(match.registration, origin, retrieval(id, wanted, headers));
    const entities: Entity[] = [];
    for (const received of documentsOf(origin, match, reply, true)) {
      const entity = await entityOf(federation, origin, match, received);
      if (entity?.id === id) entities.push(entity);
    }
    return { match, entities };
  });
}

/** Asks sources for the entities that match a query, in parallel (5.7.2.4). */
export async function queryFromSources(
  federation: Federation,
  origin: Origin,
  matches: readonly RegistrationMatch[],
  query: SourceQuery,
): Promise<Contribution[]> {
  return inParallel(matches, async (match) => {
    const operation = supported(match.registration, ['queryEntity', 'queryBatch']);
    if (operation === undefined) return { match, entities: [] };
    return queryOne(federation, origin, match, query, operation);
  });
}

/** Readers of the sources, one per call a source needs, to be read only as far as necessary. */
export async function readersOf(
  federation: Federation,
  origin: Origin,
  matches: readonly RegistrationMatch[],
  query: SourceQuery,
): Promise<SourceReader[]> {
  const readers = matches.map((match) => {
    const operation = supported(match.registration, ['queryEntity', 'queryBatch']);
    return operation === undefined ? [] : readersOfOne(federation, origin, match, query, operation);
  });
  return (await Promise.all(readers)).flat();
}

async function queryOne(
  federation: Federation,
  origin: Origin,
  match: RegistrationMatch,
  query: SourceQuery,
  operation: OperationName,
): Promise<Contribution> {
  const entities: Entity[] = [];
  for (const reader of await readersOfOne(federation, origin, match, query, operation)) {
    await reader.read(Number.POSITIVE_INFINITY);
    entities.push(...(await reader.entitiesAmong()));
  }
  return { match, entities };
}

async function readersOfOne(
  federation: Federation,
  origin: Origin,
  match: RegistrationMatch,
  query: SourceQuery,
  operation: OperationName,
): Promise<SourceReader[]> {
  const { registration } = match;
  const selectors = narrowedSelectors(match, query.selectors);
  const attributes = intersection(attributesOf(match), query.attributes);
  if (selectors.length === 0 || attributes?.size === 0) return [];
  const deadline = federation.deadline(registration);
  const names = await federation.namesFor(registration, origin).catch(() => origin.context);
  const isUnderstood = names === origin.context;
  const headers = mapHeaders(query.linkedMaps?.[registration.id]);
  const texts = isUnderstood ? query.texts : {};
  const isWanted = (entity: Entity) =>
    isRequested(match, query.selectors, entity) && (isUnderstood || matchesEntity(query.filter, entity));
  const reading: SourceReading = {
    documents: (reply) => documentsOf(origin, match, reply, false),
    async entity(received) {
      const entity = await entityOf(federation, origin, match, received);
      return entity !== undefined && isWanted(entity) ? entity : undefined;
    },
  };
  return callsForQuery(selectors, attributes, texts, operation === 'queryBatch', headers).map(
    (call) => new SourceReader(federation, origin, match, call, deadline, reading),
  );
}

/** The documents in a source's answer, or a warning if it is not usable (6.3.17). */
function documentsOf(
  origin: Origin,
  { registration }: RegistrationMatch,
  reply: SourceReply,
  isOne: boolean,
): Received[] {
  const warning = warningOf(registration, reply);
  if (warning !== undefined) origin.warnings.push(warning);
  if (warning !== undefined || reply.kind === 'silence' || reply.status === 404) return [];
  if (!reply.isReadable || (reply.body === undefined && isOne)) {
    origin.warnings.push(unreadableWarning(registration, 'its answer is not NGSI-LD'));
    return [];
  }
  if (reply.body === undefined) return [];
  const { names } = reply;
  return [reply.body].flat().map((document) => ({ document, names }));
}

/** Parses a document. Undefined: it is not an entity, which adds a warning (6.3.17). */
async function entityOf(
  federation: Federation,
  origin: Origin,
  match: RegistrationMatch,
  { document, names }: Received,
): Promise<Entity | undefined> {
  try {
    const own = hasContext(document) ? await federation.contextOf(document['@context']) : names;
    return registeredPart(match, readReceived(document, own));
  } catch (error) {
    const reason = `its answer is not NGSI-LD: ${(error as Error).message}`;
    warnOnce(origin, unreadableWarning(match.registration, reason), match.registration);
    return undefined;
  }
}

/** Adds at most one warning for each source. */
function warnOnce({ warnings }: Origin, warning: SourceWarning, registration: Registration): void {
  const source = sourceName(registration);
  if (!warnings.some(({ code, text }) => code === warning.code && text.startsWith(source))) warnings.push(warning);
}

function hasContext(document: unknown): document is { '@context': unknown } {
  return typeof document === 'object' && document !== null && '@context' in document;
}

/** The part of an entity that its source is registered for; anything else is ignored (4.3.6.1). */
export function registeredPart(match: RegistrationMatch, entity: Entity): Entity {
  const names = attributesFor(match, entity.id, entity.types);
  const { datasetIds } = match.registration;
  if (names === undefined && datasetIds === undefined) return entity;
  const attributes: Record<string, Entity['attributes'][string]> = {};
  for (const name in entity.attributes) {
    if (names !== undefined && !names.has(name)) continue;
    const instances = entity.attributes[name] ?? [];
    const kept = datasetIds ? instances.filter(({ datasetId = '@none' }) => datasetIds.has(datasetId)) : instances;
    if (kept.length > 0) attributes[name] = kept;
  }
  return { ...entity, attributes };
}
