import { badMember, isJsonObject, type JsonObject } from '../../model/values.ts';
import { matchesQ } from '../../query/q/match-q.ts';
import { parseQ } from '../../query/q/q-parser.ts';
import { linkDepth, type QNode } from '../../query/q/q-tree.ts';
import { parseTemporalQuery, TEMPORAL_PARAMETERS } from '../../query/temporal/temporal-query.ts';
import { parseFilter } from '../../subscriptions/parse/parse-filter.ts';
import { parseSubscription } from '../../subscriptions/parse/parse-subscription.ts';
import type { ExpanderOf } from '../../subscriptions/parse/recorded-names.ts';
import type { SubscriptionRule } from '../../subscriptions/rule.ts';
import type { Subscription } from '../../subscriptions/subscription.ts';
import {
  matchRegistration,
  type RegistrationMatch,
  type RegistrationQuery,
} from '../registrations/match-registration.ts';
import type { Registration } from '../registrations/registration.ts';

/** A subscription to registrations (5.11), prepared for matching. */
export interface SourceRule extends Subscription {
  readonly query: RegistrationQuery;
  /** A condition on a registration's own properties. */
  readonly q?: QNode;
}

/**
 * Reads a subscription to registrations: a Subscription (5.2.12) that may have a `temporalQ`.
 *
 * @throws NgsiLdError BadRequestData
 */
export function parseSourceSubscription(tenant: string, document: JsonObject, expanderOf: ExpanderOf): SourceRule {
  const { temporalQ, csf, ...common } = document;
  const rule = parseSubscription(tenant, common, expanderOf);
  const { accept } = rule.notification.endpoint;
  if (accept === 'application/geo+json') {
    throw badMember('notification.endpoint.accept', accept, 'application/json or application/ld+json');
  }
  const { q, geoQ, scopeQ } = parseFilter(common, expanderOf).trees;
  if (q !== undefined && linkDepth(q) > 0) throw badMember('q', document.q, 'no braces, as no links are followed here');
  const { selectors, watchedAttributes: _watched, matches: _matches, ...subscription } = rule;
  const attributes = attributesOf(rule);
  return {
    ...subscription,
    ...(q && { q }),
    query: {
      time: temporalQ === undefined ? 'none' : parseTemporalQ(temporalQ),
      ...(attributes && { attributes }),
      ...(geoQ && { geoQ }),
      ...(scopeQ && { scopeQ }),
      ...(csf !== undefined && { csf: parseCsf(csf, expanderOf) }),
      ...(selectors && {
        selectors: selectors.map(({ ids, ...selector }) => ({ ...selector, ...(ids && { ids: [...ids] }) })),
      }),
    },
  };
}

function parseCsf(value: unknown, expanderOf: ExpanderOf): QNode {
  if (typeof value !== 'string') throw badMember('csf', value, 'a query');
  return parseQ(value, expanderOf('csf'));
}

/** The watched attributes, or if absent those to be reported (5.12). */
function attributesOf({ watchedAttributes, notification }: SubscriptionRule): ReadonlySet<string> | undefined {
  if (watchedAttributes !== undefined) return watchedAttributes;
  const { attributes, pick } = notification;
  const names = attributes ?? (pick && [...pick.keys()].filter((name) => name.includes(':')));
  return names === undefined || names.length === 0 ? undefined : new Set(names);
}

function parseTemporalQ(value: unknown) {
  if (!isJsonObject(value)) throw badMember('temporalQ', value, 'an object with timerel and timeAt');
  const texts: Record<string, string> = {};
  for (const [member, text] of Object.entries(value)) {
    const isKnown = TEMPORAL_PARAMETERS.some((name) => name === member && name !== 'lastN');
    if (!isKnown || typeof text !== 'string')
      throw badMember(`temporalQ.${member}`, text, 'a query string of timerel, timeAt…');
    texts[member] = text;
  }
  const temporalQ = parseTemporalQuery(texts);
  if (temporalQ.relation === undefined) throw badMember('temporalQ', value, 'timerel and timeAt');
  return temporalQ;
}

/** The part of a registration that a subscription concerns; undefined: nothing. */
export function matchSource(rule: SourceRule, registration: Registration, now: number): RegistrationMatch | undefined {
  if (rule.q !== undefined && !matchesQ(rule.q, registration.self)) return undefined;
  return matchRegistration(registration, rule.query, now);
}
