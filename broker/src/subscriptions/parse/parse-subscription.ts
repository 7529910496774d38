import { checkBoolean, checkMembers, checkPositive, checkText, checkTexts } from '../../model/parse/parse-member.ts';
import { parseLanguageRanges } from '../../model/represent/language.ts';
import { badMember, checkDateTime, checkName, checkUri, isUri, type JsonObject } from '../../model/values.ts';
import type { EntitySelector } from '../../query/entity-query.ts';
import { parseQ } from '../../query/q/q-parser.ts';
import { type Selector, type SubscriptionRule, TRIGGER, type Trigger } from '../rule.ts';
import { parseFilter } from './parse-filter.ts';
import { parseNotification } from './parse-notification.ts';
import { parseSelectors } from './parse-selector.ts';
import type { ExpanderOf } from './recorded-names.ts';

const MEMBERS = [
  'id',
  'type',
  'subscriptionName',
  'description',
  'entities',
  'watchedAttributes',
  'notificationTrigger',
  'timeInterval',
  'throttling',
  'q',
  'geoQ',
  'scopeQ',
  'temporalQ',
  'csf',
  'datasetId',
  'lang',
  'expandValues',
  'jsonKeys',
  'jsonldContext',
  'isActive',
  'expiresAt',
  'localOnly',
  'splitEntities',
  'ngsildConformance',
  'notification',
] as const;

/** The triggers of a subscription that names none. */
export const DEFAULT_TRIGGERS: readonly Trigger[] = ['attributeCreated', 'attributeUpdated'];

/**
 * Reads a Subscription (5.2.12) with an id and a `jsonldContext`.
 *
 * @throws NgsiLdError BadRequestData: names the member, what was received and what was expected
 */
export function parseSubscription(tenant: string, document: JsonObject, expanderOf: ExpanderOf): SubscriptionRule {
  checkMembers(document, MEMBERS);
  if (document.type !== 'Subscription') throw badMember('type', document.type, '"Subscription"');
  checkText(document.subscriptionName, 'subscriptionName');
  checkText(document.description, 'description');
  checkUnmatched(document);

  const rule: { -readonly [Member in keyof SubscriptionRule]: SubscriptionRule[Member] } = {
    tenant,
    id: checkUri(document.id, 'id'),
    isActive: checkBoolean(document.isActive, 'isActive') ?? true,
    jsonldContext: checkUri(document.jsonldContext, 'jsonldContext'),
    notification: parseNotification(document.notification, expanderOf('notification')),
    triggers: parseTriggers(document.notificationTrigger),
  };
  if (document.expiresAt !== undefined) rule.expiresAt = Date.parse(checkDateTime(document.expiresAt, 'expiresAt'));
  if (document.throttling !== undefined) rule.throttlingMs = checkPositive(document.throttling, 'throttling') * 1000;
  if (document.entities !== undefined) rule.selectors = parseSelectors(document.entities, expanderOf('entities'));
  if (document.watchedAttributes !== undefined) {
    const names = checkTexts(document.watchedAttributes, 'watchedAttributes');
    const expander = expanderOf('watchedAttributes');
    rule.watchedAttributes = new Set(names.map((name) => expander.attribute(checkName(name, 'watchedAttributes'))));
  }
  if (document.datasetId !== undefined) rule.datasetId = parseDatasetIds(document.datasetId);
  const lang = checkText(document.lang, 'lang');
  if (lang !== undefined) rule.lang = parseLanguageRanges(lang);
  checkWhole(document, rule.selectors);
  const { trees, ...filter } = parseFilter(document, expanderOf);
  const csf = checkText(document.csf, 'csf');
  if (csf !== undefined) rule.csf = parseQ(csf, expanderOf('csf'));
  // A subscription to all types is never forwarded to other brokers (5.2.33).
  const isLocal = document.localOnly === true || rule.selectors?.some(({ types }) => types.kind === 'all');
  if (isLocal) rule.localOnly = true;
  if (document.splitEntities === true) rule.splitEntities = true;
  if (document.timeInterval === undefined) return { ...rule, ...filter };
  rule.timeIntervalMs = checkPositive(document.timeInterval, 'timeInterval') * 1000;
  rule.selection = { ...trees, ...(rule.selectors && { selectors: rule.selectors.map(asEntitySelector) }) };
  return { ...rule, ...filter };
}

/** Converts to the selector of a query. */
export function asEntitySelector({ types, ids, idPattern }: Selector): EntitySelector {
  return { types, ...(ids ? { ids: [...ids] } : idPattern && { idPattern }) };
}

/** 5.8.1.4: checks which members require or exclude each other. */
function checkWhole(document: JsonObject, selectors: readonly Selector[] | undefined): void {
  const { entities, watchedAttributes, localOnly } = document;
  if (entities === undefined && watchedAttributes === undefined && localOnly !== true) {
    throw badMember('entities', entities, 'entities or watchedAttributes');
  }
  if (localOnly === false && selectors?.some(({ types }) => types.kind === 'all')) {
    throw badMember('localOnly', localOnly, 'true, as entities has the type *');
  }
}

/** Checks members that don't influence which entities match, and refuses those of other kinds of subscription. */
function checkUnmatched(document: JsonObject): void {
  if (document.temporalQ !== undefined) {
    throw badMember('temporalQ', document.temporalQ, 'no temporalQ in a subscription to entities');
  }
  if (document.timeInterval !== undefined) {
    for (const other of ['watchedAttributes', 'throttling'] as const) {
      if (document[other] !== undefined) throw badMember(other, document[other], 'no timeInterval together with it');
    }
  }
  checkBoolean(document.localOnly, 'localOnly');
  checkBoolean(document.splitEntities, 'splitEntities');
  const { ngsildConformance } = document;
  if (ngsildConformance !== undefined && !/^\d+\.\d+$/.test(String(ngsildConformance))) {
    throw badMember('ngsildConformance', ngsildConformance, 'a version, major.minor, e.g. "1.9"');
  }
}

function parseTriggers(value: unknown): number {
  const names = value === undefined ? DEFAULT_TRIGGERS : checkTexts(value, 'notificationTrigger');
  let triggers = 0;
  for (const name of names) {
    if (!Object.hasOwn(TRIGGER, name)) throw badMember('notificationTrigger', name, Object.keys(TRIGGER).join(', '));
    triggers |= TRIGGER[name as Trigger]; // a key of it, as checked above
  }
  return triggers;
}

function parseDatasetIds(value: unknown): string[] {
  const ids = checkTexts(value, 'datasetId');
  for (const id of ids) {
    if (id !== '@none' && !isUri(id)) throw badMember('datasetId', id, 'URIs or @none');
  }
  return ids;
}
