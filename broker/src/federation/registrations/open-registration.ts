import type { AttributeInstance } from '../../model/entity.ts';
import { badMember, checkScopes } from '../../model/values.ts';
import { parsePattern } from '../../query/pattern.ts';
import { parseDuration, periodStart } from '../../query/temporal/temporal-duration.ts';
import { checkOperations, expandOperations } from './operation-names.ts';
import { rootOf } from './parse/parse-source.ts';
import type { EntityInfo, Registration, RegistrationInfo, RegistrationInterval } from './registration.ts';
import {
  attributeNamesOf,
  type InformationDocument,
  type IntervalDocument,
  type ManagementDocument,
  type RegistrationDocument,
  type RegistrationFragment,
} from './registration-document.ts';

const CORE = 'https://uri.etsi.org/ngsi-ld/';
/** Members of a registration that a context source filter may refer to, in addition to its properties. */
const FILTERED = ['endpoint', 'registrationName', 'mode', 'tenant', 'contextSourceAlias'] as const;
const SPACES = ['location', 'observationSpace', 'operationSpace'] as const;

/**
 * Applies a fragment to a stored registration, or to none.
 *
 * @throws NgsiLdError BadRequestData: the result is not a valid registration
 */
export function mergedDocument(
  before: RegistrationDocument | undefined,
  { properties: given, ...fragment }: RegistrationFragment,
): RegistrationDocument {
  const members: Record<string, unknown> = { ...before, ...fragment };
  for (const member in members) if (members[member] === null) delete members[member];
  const properties = Object.entries({ ...before?.properties, ...given }).filter(([, value]) => value !== null);
  if (properties.length > 0) members.properties = Object.fromEntries(properties);
  else delete members.properties;
  for (const member of ['endpoint', 'information']) {
    if (members[member] === undefined) throw badMember(member, undefined, 'this member, which is mandatory');
  }
  const document = members as unknown as RegistrationDocument; // validated member by member
  if (document.operations !== undefined) checkOperations(document.operations, document.mode ?? 'inclusive');
  if (document.mode === 'exclusive') document.information.forEach(checkExclusive);
  return document;
}

/** 4.3.6.2: an exclusive source has certain attributes of entities that are given by id. */
function checkExclusive({ entities, ...names }: InformationDocument, index: number): void {
  const path = `information[${index}]`;
  const isExact = entities?.every(({ id }) => id !== undefined);
  if (!isExact) throw badMember(`${path}.entities`, entities, 'entities by id, as the mode is exclusive');
  if (attributeNamesOf(names).length === 0) {
    throw badMember(`${path}.propertyNames`, undefined, 'attribute names, as the mode is exclusive');
  }
}

/** Prepares a stored registration for use. */
export function openRegistration(tenant: string, document: RegistrationDocument, createdAt: Date): Registration {
  const { mode = 'inclusive', contextSourceAlias, expiresAt, datasetId } = document;
  const observationInterval = openInterval(document.observationInterval);
  const managementInterval = openInterval(document.managementInterval);
  return {
    tenant,
    id: document.id,
    endpoint: rootOf(document.endpoint),
    mode,
    operations: expandOperations(document.operations, mode),
    information: document.information.map(openInfo),
    contextSourceInfo: document.contextSourceInfo ?? [],
    management: openManagement(document.management),
    self: selfOf(document, createdAt.toISOString()),
    ...(document.tenant !== undefined && { sourceTenant: document.tenant }),
    ...(contextSourceAlias !== undefined && { contextSourceAlias }),
    ...(datasetId !== undefined && { datasetIds: new Set(datasetId) }),
    ...(observationInterval && { observationInterval }),
    ...(managementInterval && { managementInterval }),
    ...(expiresAt !== undefined && { expiresAt: Date.parse(expiresAt) }),
  };
}

function openInfo({ entities, ...given }: InformationDocument): RegistrationInfo {
  const names = attributeNamesOf(given);
  return {
    ...(entities && { entities: entities.map(openEntityInfo) }),
    ...(names.length > 0 && { attributes: new Set(names) }),
  };
}

function openEntityInfo({ type, id, idPattern }: NonNullable<InformationDocument['entities']>[number]): EntityInfo {
  return {
    ...(type !== undefined && { types: typeof type === 'string' ? [type] : type }),
    ...(id !== undefined && { id }),
    ...(id === undefined && idPattern !== undefined && { idPattern: parsePattern(idPattern, 'idPattern') }),
  };
}

function openManagement({ cacheDuration, cooldown, timeout, localOnly }: ManagementDocument = {}) {
  return {
    localOnly: localOnly ?? false,
    ...(cacheDuration !== undefined && { cacheMs: periodStart(0, parseDuration(cacheDuration, 'cacheDuration'), 1) }),
    ...(cooldown !== undefined && { cooldownMs: cooldown }),
    ...(timeout !== undefined && { timeoutMs: timeout }),
  };
}

function openInterval(interval: IntervalDocument | undefined): RegistrationInterval | undefined {
  if (interval === undefined) return undefined;
  const { startAt, endAt } = interval;
  return { startAt: Date.parse(startAt), ...(endAt !== undefined && { endAt: Date.parse(endAt) }) };
}

function selfOf(document: RegistrationDocument, createdAt: string): Registration['self'] {
  const times = { createdAt, modifiedAt: createdAt };
  const attributes: Record<string, readonly AttributeInstance[]> = {};
  for (const [name, { instances }] of Object.entries(document.properties ?? {})) attributes[name] = instances;
  for (const member of FILTERED) {
    const value = document[member];
    if (value !== undefined) attributes[CORE + member] = [{ type: 'Property', value, ...times }];
  }
  for (const space of SPACES) {
    const value = document[space];
    if (value !== undefined) attributes[CORE + space] = [{ type: 'GeoProperty', value, ...times }];
  }
  return {
    id: document.id,
    types: [`${CORE}ContextSourceRegistration`],
    ...times,
    attributes,
    ...(document.scope !== undefined && { scopes: checkScopes(document.scope) }),
  };
}
