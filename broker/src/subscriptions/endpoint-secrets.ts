import { isSealed, type Secrets } from '../database/secrets.ts';
import { badMember, isJsonObject, type JsonObject } from '../model/values.ts';
import { type Endpoint, type KeyValue, SHOWN_NOTIFIER_KEYS, type Subscription } from './subscription.ts';

/** Replaces a secret in answers. */
export const MASK = '***';

/** `scheme://user:` followed by the password up to the `@`. */
const PASSWORD = /^([a-z]+:\/\/[^/?#@:]*:)([^/?#@]+)(?=@)/i;

type Change = (text: string) => string;

/** Encrypts the secrets of a subscription's endpoint. Secrets that are already encrypted stay as they are. */
export function sealDocument(document: JsonObject, owner: string, secrets: Secrets): JsonObject {
  return withSecrets(document, (text) => (isSealed(text) ? text : secrets.seal(text, owner)));
}

/** The document with masked secrets, as shown to clients. */
export function maskDocument(document: JsonObject): JsonObject {
  return withSecrets(document, () => MASK);
}

/** Decrypts the secrets of a rule's endpoint for sending. @throws Error: they were encrypted with another key */
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

/** Binds an encrypted secret to its subscription, so that it can't be moved to another one. */
export function ownerOf(tenant: string, id: string): string {
  return `${tenant} ${id}`;
}

/**
 * Replaces masked secrets in a new `notification` with the stored ones, so that a client may send back what it has
 * read.
 *
 * @throws NgsiLdError BadRequestData: a masked secret is unknown, or would be sent to another host
 */
export function unmaskNotification(given: unknown, stored: JsonObject): unknown {
  const endpoint = isJsonObject(given) && isJsonObject(given.endpoint) ? given.endpoint : undefined;
  if (endpoint === undefined) return given;
  const before = (stored.notification as JsonObject).endpoint as JsonObject; // validated when it was stored
  const isSameHost = hostOf(endpoint.uri) === hostOf(before.uri);
  const known = (list: 'receiverInfo' | 'notifierInfo') => (pair: unknown) => {
    if (!isJsonObject(pair) || pair.value !== MASK) return pair;
    const pairs = (before[list] ?? []) as readonly KeyValue[];
    const found = isSameHost && pairs.find(({ key }) => key === pair.key);
    if (found) return found;
    throw badMember(
      `notification.endpoint.${list}.value`,
      MASK,
      `the value of ${String(pair.key)}, because none is stored for that host`,
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
      throw badMember('notification.endpoint.uri', endpoint.uri, 'the password, because none is stored for that host');
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
  const notification = document.notification as JsonObject; // validated before
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
