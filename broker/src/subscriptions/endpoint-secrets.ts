import { isSealed, type Secrets } from '../database/secrets.ts';
import { badMember, isJsonObject, type JsonObject } from '../model/values.ts';
import { type Endpoint, type KeyValue, SHOWN_NOTIFIER_KEYS, type Subscription } from './subscription.ts';

/** What stands in the place of a secret. */
export const MASK = '***';

/** `scheme://user:` and what follows up to the `@`. */
const PASSWORD = /^([a-z]+:\/\/[^/?#@:]*:)([^/?#@]+)(?=@)/i;

type Change = (text: string) => string;

/** A subscription's document with the secrets of its endpoint encrypted; those that are already stay. */
export function sealDocument(document: JsonObject, owner: string, secrets: Secrets): JsonObject {
  return withSecrets(document, (text) => (isSealed(text) ? text : secrets.seal(text, owner)));
}

/** The same as it may be told. */
export function maskDocument(document: JsonObject): JsonObject {
  return withSecrets(document, () => MASK);
}

/** A rule whose endpoint has its secrets in clear, for sending. @throws Error: they were sealed by another key */
export function openRule<Rule extends Subscription>(rule: Rule, secrets: Secrets): Rule {
  const owner = ownerOf(rule.tenant, rule.id);
  const { endpoint } = rule.notification;
  if (
    !isSealed(PASSWORD.exec(endpoint.uri)?.[2] ?? '') &&
    endpoint.receiverInfo.length + endpoint.notifierInfo.length === 0
  )
    return rule;
  const open = (pairs: readonly KeyValue[]) =>
    pairs.map(({ key, value }) => ({ key, value: secrets.open(value, owner) }));
  const opened: Endpoint = {
    ...endpoint,
    uri: endpoint.uri.replace(PASSWORD, (_all, start, password) => start + secrets.open(password, owner)),
    receiverInfo: open(endpoint.receiverInfo),
    notifierInfo: open(endpoint.notifierInfo),
  };
  return { ...rule, notification: { ...rule.notification, endpoint: opened } };
}

/** What a secret is sealed for: it can't be moved to another subscription. */
export function ownerOf(tenant: string, id: string): string {
  return `${tenant} ${id}`;
}

/**
 * A new `notification` whose masked secrets are those stored, so that what was read may be written back.
 *
 * @throws NgsiLdError BadRequestData: a masked one that isn't known, or that would go to another host
 */
export function unmaskNotification(given: unknown, stored: JsonObject): unknown {
  const endpoint = isJsonObject(given) && isJsonObject(given.endpoint) ? given.endpoint : undefined;
  if (endpoint === undefined) return given;
  const before = (stored.notification as JsonObject).endpoint as JsonObject; // checked when it was stored
  const isSameHost = hostOf(endpoint.uri) === hostOf(before.uri);
  const known = (list: 'receiverInfo' | 'notifierInfo') => (pair: unknown) => {
    if (!isJsonObject(pair) || pair.value !== MASK) return pair;
    const pairs = (before[list] ?? []) as readonly KeyValue[];
    const found = isSameHost && pairs.find(({ key }) => key === pair.key);
    if (found) return found;
    throw badMember(
      `notification.endpoint.${list}.value`,
      MASK,
      `the value of ${String(pair.key)}: none is known for that host`,
    );
  };
  const unmasked: Record<string, unknown> = { ...endpoint };
  for (const list of ['receiverInfo', 'notifierInfo'] as const) {
    const pairs = endpoint[list];
    if (Array.isArray(pairs)) unmasked[list] = pairs.map(known(list));
  }
  if (typeof endpoint.uri === 'string' && PASSWORD.exec(endpoint.uri)?.[2] === MASK) {
    const password = PASSWORD.exec(String(before.uri))?.[2];
    if (!isSameHost || password === undefined) {
      throw badMember('notification.endpoint.uri', endpoint.uri, 'the password: none is known for that host');
    }
    unmasked.uri = endpoint.uri.replace(PASSWORD, (_all, start) => start + password);
  }
  return { ...(given as JsonObject), endpoint: unmasked };
}

function hostOf(uri: unknown): string | undefined {
  const url = typeof uri === 'string' ? URL.parse(uri) : null;
  return url === null ? undefined : `${url.protocol}//${url.username}@${url.host}`;
}

function withSecrets(document: JsonObject, change: Change): JsonObject {
  const notification = document.notification as JsonObject; // checked before
  const endpoint = notification.endpoint as JsonObject;
  const changed: Record<string, unknown> = { ...endpoint };
  changed.uri = String(endpoint.uri).replace(PASSWORD, (_all, start, password) => start + change(password));
  if (Array.isArray(endpoint.receiverInfo)) {
    changed.receiverInfo = endpoint.receiverInfo.map(({ key, value }: KeyValue) => ({ key, value: change(value) }));
  }
  if (Array.isArray(endpoint.notifierInfo)) {
    changed.notifierInfo = endpoint.notifierInfo.map((pair: KeyValue) =>
      SHOWN_NOTIFIER_KEYS.has(pair.key) ? pair : { key: pair.key, value: change(pair.value) },
    );
  }
  return { ...document, notification: { ...notification, endpoint: changed } };
}
