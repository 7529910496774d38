import type { NameCompactor } from '../../model/names.ts';
import { type JsonObject, NGSI_LD_NULL } from '../../model/values.ts';
import type { EntitySelector } from '../../query/entity-query.ts';
import { asEntitySelector } from '../../subscriptions/parse/parse-subscription.ts';
import { renamedMembers } from '../../subscriptions/represent-subscription.ts';
import type { SubscriptionRule } from '../../subscriptions/rule.ts';
import { subscriptionStatus } from '../../subscriptions/subscription.ts';
import type { StoredSubscription } from '../../subscriptions/subscription-store.ts';
import { parseVia } from '../calls/via.ts';
import {
  matchRegistration,
  type RegistrationMatch,
  type RegistrationQuery,
} from '../registrations/match-registration.ts';
import { attributesOf, intersection, narrowedSelectors, typeText } from '../registrations/narrow-query.ts';
import type { Registration } from '../registrations/registration.ts';

/** Members that are sent to a source unchanged. */
const KEPT = ['notificationTrigger', 'datasetId', 'csf', 'isActive', 'expiresAt'] as const;
/** Filters on whole entities, which can't be applied to the parts that a source has. */
const FILTERS = ['q', 'geoQ', 'scopeQ', 'expandValues', 'jsonKeys'] as const;

/** The registrations that a subscription concerns (5.8.1.4). */
export function registrationQueryOf({ selectors, watchedAttributes, csf, via }: SubscriptionRule): RegistrationQuery {
  return {
    via: parseVia(via).aliases,
    ...(selectors && { selectors: selectors.map(asEntitySelector) }),
    ...(watchedAttributes && { attributes: watchedAttributes }),
    ...(csf && { csf }),
  };
}

/**
 * The part of a registration for which a subscription is copied; undefined: none. @param now milliseconds since 1970
 */
export function copiedFor(
  rule: SubscriptionRule,
  registration: Registration,
  now: number,
): RegistrationMatch | undefined {
  // A subscription with a time interval queries its sources, so no copy is needed.
  if (rule.localOnly || rule.timeIntervalMs !== undefined || registration.mode === 'auxiliary') return undefined;
  if (subscriptionStatus(rule, now) === 'expired') return undefined;
  return matchRegistration(registration, registrationQueryOf(rule), now);
}

/**
 * A subscription reduced to what a source is registered for (5.8.1.4). Its notifications are sent to this broker with
 * complete instances and times; this broker then converts them for the subscriber. Undefined: nothing is left.
 *
 * @param names the @context used for the source
 *
 * @param receiver the URL to which the source sends notifications
 */
export function copyOf(
  { document, names: recorded }: StoredSubscription,
  rule: SubscriptionRule,
  match: RegistrationMatch,
  names: NameCompactor,
  receiver: string,
): JsonObject | undefined {
  const selectors = narrowedSelectors(match, rule.selectors?.map(asEntitySelector));
  const registered = attributesOf(match);
  const watched = intersection(registered, rule.watchedAttributes);
  if (selectors.length === 0 || watched?.size === 0) return undefined;
  const shown = renamedMembers(document, recorded, names);
  const terms = (iris: Iterable<string>) => [...iris].map((iri) => names.compact(iri));
  const { attributes } = rule.notification;
  const restricted = rule.splitEntities ? undefined : intersection(registered, attributes && new Set(attributes));
  const copy: Record<string, unknown> = { type: 'Subscription' };
  const isOfAny = selectors.some(({ types, ids, idPattern }) => !types && !ids && !idPattern);
  if (!isOfAny || watched === undefined) copy.entities = selectors.map((selector) => selectorText(selector, names));
  if (watched !== undefined) copy.watchedAttributes = terms(watched);
  for (const member of rule.splitEntities ? KEPT : [...KEPT, ...FILTERS]) {
    if (shown[member] !== undefined) copy[member] = shown[member];
  }
  if (rule.splitEntities) copy.splitEntities = true;
  if (match.registration.management.localOnly) copy.localOnly = true;
  copy.notification = {
    format: 'normalized',
    sysAttrs: true,
    ...(rule.notification.showChanges && { showChanges: true }),
    ...(restricted !== undefined && restricted.size > 0 && { attributes: terms(restricted) }),
    endpoint: { uri: receiver, accept: 'application/json' },
  };
  return copy;
}

function selectorText({ types, ids, idPattern }: EntitySelector, names: NameCompactor): JsonObject {
  return {
    type: typeText(types, names) ?? '*',
    ...(ids && { id: ids.length === 1 ? ids[0] : ids }),
    ...(ids === undefined && idPattern && { idPattern: idPattern.source }),
  };
}

/** The fragment that turns one copy into another; NGSI-LD Null removes a member. */
export function changeOf(before: JsonObject, after: JsonObject): JsonObject {
  const gone = Object.keys(before).filter((member) => !(member in after));
  return { ...after, ...Object.fromEntries(gone.map((member) => [member, NGSI_LD_NULL])) };
}

/**
 * The representation of the subscription to registrations of 5.8.1.4. It has no filters, because those apply to
 * entities.
 */
export function servingDocument({ document, names }: StoredSubscription, id: string, receiver: string) {
  const members = ['entities', 'watchedAttributes', 'csf'].filter((member) => document[member] !== undefined);
  return {
    id,
    document: {
      id,
      type: 'Subscription',
      ...Object.fromEntries(members.map((member) => [member, document[member]])),
      jsonldContext: document.jsonldContext,
      notification: { endpoint: { uri: receiver, accept: 'application/json' } },
    },
    names: Object.fromEntries(members.flatMap((member) => (names[member] ? [[member, names[member]]] : []))),
  };
}
