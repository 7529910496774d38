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

/** Which registrations a request concerns (5.12): everything given must hold. */
export interface RegistrationQuery {
  /** One of these must be among what is registered; absent or empty: any entity. */
  readonly selectors?: readonly EntitySelector[];
  /** IRIs; absent or empty: any attribute. */
  readonly attributes?: ReadonlySet<string>;
  /** Instances, `@none` for the default one. */
  readonly datasetIds?: readonly string[];
  /** Registered for it; of proxied ones also those that are not, for what they hold is nobody else's. */
  readonly operation?: OperationName;
  /** Aliases in `Via`: who stands there was asked already (4.3.6.4). */
  readonly via?: ReadonlySet<string>;
  /** Of the source's own properties, scopes and geometries. */
  readonly csf?: QNode;
  readonly scopeQ?: ScopeQuery;
  readonly geoQ?: GeoQuery;
  /** `none`: only sources without an interval, of what is; a query: those whose interval it meets; absent: whichever. */
  readonly time?: 'none' | TemporalQuery;
}

/** A registration with what of it matched. */
export interface RegistrationMatch {
  readonly registration: Registration;
  readonly information: readonly RegistrationInfo[];
}

/**
 * Whether a registration concerns a request (5.12): undefined, or what of it does.
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

/** Whether some entity may be of what is registered and of what is asked. */
export function mayShare({ types, id, idPattern }: EntityInfo, selector: EntitySelector): boolean {
  if (types !== undefined && selector.types !== undefined && !mayBe(types, selector.types)) return false;
  if (id === undefined && idPattern === undefined) return true;
  if (selector.ids !== undefined) {
    return selector.ids.some((asked) => (id === undefined ? idPattern?.test(asked) : asked === id));
  }
  // Two patterns may always have an id in common.
  return selector.idPattern === undefined || id === undefined || selector.idPattern.test(id);
}

/** An entity may have further types than those registered: of types that must all be there, one suffices. */
function mayBe(types: readonly string[], selection: TypeSelection): boolean {
  if (selection.kind === 'all') return true;
  return selection.groups.some((group) => group.some((type) => types.includes(type)));
}

/**
 * 5.10.2.4: `observedAt` asks of the observation interval, the others of the management interval. Before and after match
 * as between does, by overlap: whatever a source has from then on, or until then, is asked for.
 */
function matchesTime({ observationInterval, managementInterval }: Registration, time: 'none' | TemporalQuery): boolean {
  if (time === 'none') return observationInterval === undefined && managementInterval === undefined;
  const { timeproperty = 'observedAt', relation } = time;
  const interval = timeproperty === 'observedAt' ? observationInterval : managementInterval;
  return interval !== undefined && overlaps(interval, relation);
}

/** Whether a source may have something of the time asked: one that tells of no interval may have it of any. */
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
      return startAt <= Date.parse(relation.endTimeAt as string) && endAt >= at; // there with between
  }
}
