import { randomUUID } from 'node:crypto';
import type { Secrets } from '../../../database/secrets.ts';
import type { NameExpander } from '../../../model/names.ts';
import { badMember, type JsonObject } from '../../../model/values.ts';
import { type AnyEntity, checkNotStored, checkOverlaps } from '../conflicts.ts';
import { mergedDocument, openRegistration } from '../open-registration.ts';
import { parseRegistration } from '../parse/parse-registration.ts';
import { isProxied, type Registration } from '../registration.ts';
import type { CheckAlone } from '../registration-store.ts';
import { opened, type Registrations } from '../registrations.ts';
import { ownerOfSource, sealSource } from '../source-secrets.ts';

/** Dependencies of the operations on context source registrations. */
export interface RegistrationParts {
  readonly registrations: Registrations;
  readonly secrets: Secrets;
  /** Checks whether an outgoing URL is allowed. @throws NgsiLdError BadRequestData */
  readonly checkUrl: (url: string, member: string) => Promise<void>;
  readonly anyEntity: AnyEntity;
}

/**
 * Register Context Source (5.9.2). Returns the id.
 *
 * @throws NgsiLdError BadRequestData; AlreadyExists; Conflict
 */
export async function createRegistration(
  parts: RegistrationParts,
  tenant: string,
  input: JsonObject,
  context: NameExpander,
): Promise<string> {
  const at = new Date();
  if (input.type === undefined) throw badMember('type', undefined, '"ContextSourceRegistration"');
  const fragment = parseRegistration(input, context, at.toISOString(), false);
  const id = fragment.id ?? `urn:ngsi-ld:ContextSourceRegistration:${randomUUID()}`;
  const document = sealSource(mergedDocument(undefined, { ...fragment, id }), ownerOfSource(tenant, id), parts.secrets);
  const registration = openRegistration(tenant, document, at);
  checkExpiry(registration, input);
  await parts.checkUrl(document.endpoint, 'endpoint');
  await checkNotStored(registration, parts.anyEntity);
  const { store, watcher } = parts.registrations;
  const notifications = watcher.notificationsOf(undefined, { registration, document });
  const check = overlapCheck(parts, registration);
  await store.insert(tenant, id, { document, notifications: notifications, ...expiryOf(registration) }, at, check);
  parts.registrations.put(registration);
  watcher.committed(notifications);
  return id;
}

/** @throws NgsiLdError BadRequestData: it has already expired */
export function checkExpiry({ expiresAt }: Registration, given: JsonObject): void {
  if (expiresAt !== undefined && given.expiresAt !== undefined && expiresAt <= Date.now()) {
    throw badMember('expiresAt', given.expiresAt, 'a time in the future');
  }
}

export function expiryOf({ expiresAt }: Registration): { readonly expiresAt?: Date } {
  return expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) };
}

/**
 * Of two registrations of the same data, in whatever process, one must see the other. So proxied registrations are
 * stored one after the other, each checked against the latest ones. Undefined: overlaps are allowed.
 */
export function overlapCheck({ registrations }: RegistrationParts, registration: Registration): CheckAlone | undefined {
  if (!isProxied(registration)) return undefined;
  return (changed, gone) => {
    for (const stored of changed) registrations.put(opened(stored));
    for (const id of gone) registrations.remove(registration.tenant, id);
    checkOverlaps(registration, registrations.index);
  };
}
