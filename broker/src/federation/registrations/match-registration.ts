import type { EntitySelector } from '../../query/entity-query.ts';
import type { GeoQuery } from '../../query/geo/geo-query.ts';
import { matchesGeoQuery } from '../../query/geo/match-geo.ts';
import { matchesQ } from '../../query/q/match-q.ts';
import type { QNode } from '../../query/q/q-tree.ts';
import { matchesScopes, type ScopeQuery } from '../../query/scope/scope-query.ts';
import type { TemporalQuery } from '../../query/temporal/temporal-query.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import type { OperationName } from './operation-names.ts';
import {
  type EntityInfo,
  isExpired,
  isProxied,
  type Registration,
  type RegistrationInfo,
  type RegistrationInterval,
} from './registration.ts';

/** Criteria for the registrations that a request concerns (5.12). All given criteria must hold. */
export interface RegistrationQuery {
  /** One of these must overlap what is registered; absent or empty: any entity. */
  readonly selectors?: readonly EntitySelector[];
  /** IRIs; absent or empty: any attribute. */
  readonly attributes?: ReadonlySet<string>;
  /** Instances; `@none` is the default one. */
  readonly datasetIds?: readonly string[];
  /** Must be registered for it. Proxied registrations match anyway, because nobody else has their data. */
  readonly operation?: OperationName;
  /** The aliases in `Via`: these brokers have already been asked (4.3.6.4). */
  readonly via?: ReadonlySet<string>;
  /** Conditions on the source's own properties, scopes and geometries. */
  readonly csf?: QNode;
  readonly scopeQ?: ScopeQuery;
  readonly geoQ?: GeoQuery;
  /**
   * `none`: only sources of current data, without an observation interval. A query: sources whose interval overlaps it.
   * Absent: any.
   */
  readonly time?: 'none' | TemporalQuery;
}

/** A registration with its matching parts. */
export interface RegistrationMatch {
  readonly registration: Registration;
  readonly information: readonly RegistrationInfo[];
}

/**
 * Returns the matching parts if a registration concerns a request (5.12), otherwise undefined.
 *
 * @param now milliseconds since 1970
 */
export function matchRegistration(
  registration: Registration,
  query: RegistrationQuery,
  now: number,
): RegistrationMatch | undefined {
  if (isExpired(registration, now)) return undefined;
  const { operation, via, datasetIds, csf, scopeQ, geoQ, time } = query;
  if (operation !== undefined && !registration.operations.has(operation) && !isProxied(registration)) return undefined;
  if (via !== undefined && registration.contextSourceAlias && via.has(registration.contextSourceAlias))
    return undefined;
  if (!meets(registration.datasetIds, datasetIds)) return undefined;
  if (time !== undefined && !matchesTime(registration, time)) return undefined;
  const information = registration.information.filter((info) => matchesInfo(info, query));
  if (information.length === 0) return undefined;
  if (csf !== undefined && !matchesQ(csf, registration.self)) return undefined;
  if (scopeQ !== undefined && !matchesScopes(scopeQ, registration.self.scopes)) return undefined;
  if (geoQ !== undefined && !matchesGeoQuery(geoQ, registration.self)) return undefined;
  return {
    registration,
    information: information.length === registration.information.length ? registration.information : information,
  };
}

function meets(registered: ReadonlySet<string> | undefined, asked: Iterable<string> | undefined): boolean {
  if (registered === undefined || asked === undefined) return true;
  let any = false;
  for (const one of asked) {
    if (registered.has(one)) return true;
    any = true;
  }
  return !any;
}

function matchesInfo({ entities, attributes }: RegistrationInfo, query: RegistrationQuery): boolean {
  if (!meets(attributes, query.attributes)) return false;
  const { selectors = [] } = query;
  if (entities === undefined || selectors.length === 0) return true;
  return entities.some((entity) => selectors.some((selector) => mayShare(entity, selector)));
}

/** Whether an entity can match both what is registered and what is requested. */
export function mayShare({ types, id, idPattern }: EntityInfo, selector: EntitySelector): boolean {
  if (types !== undefined && selector.types !== undefined && !mayBe(types, selector.types)) return false;
  if (id === undefined && idPattern === undefined) return true;
  if (selector.ids !== undefined) {
    return selector.ids.some((asked) => (id === undefined ? idPattern?.test(asked) : asked === id));
  }
  // Two patterns may always have an id in common.
  return selector.idPattern === undefined || id === undefined || selector.idPattern.test(id);
}

/** An entity may have more types than those registered, so of several required types one is enough. */
function mayBe(types: readonly string[], selection: TypeSelection): boolean {
  if (selection.kind === 'all') return true;
  return selection.groups.some((group) => group.some((type) => types.includes(type)));
}

/**
 * 5.10.2.4: `observedAt` refers to the observation interval, other properties to the management interval. Before, after
 * and between all match if the intervals overlap.
 */
function matchesTime({ observationInterval, managementInterval }: Registration, time: 'none' | TemporalQuery): boolean {
  if (time === 'none') return observationInterval === undefined && managementInterval === undefined;
  const { timeproperty = 'observedAt', relation } = time;
  const interval = timeproperty === 'observedAt' ? observationInterval : managementInterval;
  return interval !== undefined && overlaps(interval, relation);
}

/** Whether a source may have data of the requested time. A source without an interval may have data of any time. */
export function meetsInterval(
  { observationInterval, managementInterval }: Registration,
  { timeproperty = 'observedAt', relation }: TemporalQuery,
): boolean {
  const interval = timeproperty === 'observedAt' ? observationInterval : managementInterval;
  return interval === undefined || overlaps(interval, relation);
}

function overlaps(interval: RegistrationInterval, relation: TemporalQuery['relation']): boolean {
  if (relation === undefined) return true;
  const { startAt, endAt = Number.POSITIVE_INFINITY } = interval;
  const at = Date.parse(relation.timeAt);
  switch (relation.timerel) {
    case 'before':
      return startAt <= at;
    case 'after':
      return endAt >= at;
    case 'between':
      return startAt <= Date.parse(relation.endTimeAt as string) && endAt >= at; // present for between
  }
}
