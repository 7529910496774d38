import { randomUUID } from 'node:crypto';
import type { NameExpander } from '../model/names.ts';
import { badMember, type JsonObject } from '../model/values.ts';
import { type AnyEntity, checkConflicts } from '../registrations/conflicts.ts';
import { mergedDocument, openRegistration } from '../registrations/open-registration.ts';
import { parseRegistration } from '../registrations/parse-registration.ts';
import { isProxied, type Registration } from '../registrations/registration.ts';
import type { Registrations } from '../registrations/registrations.ts';
import { ownerOfSource, sealSource } from '../registrations/source-secrets.ts';
import type { Secrets } from '../store/secrets.ts';

/** What the operations on context source registrations need beside their input. */
export interface RegistrationParts {
  readonly registrations: Registrations;
  readonly secrets: Secrets;
  /** The guard of outgoing URLs. @throws NgsiLdError BadRequestData */
  readonly checkUrl: (url: string, member: string) => Promise<void>;
  readonly anyEntity: AnyEntity;
}

/**
 * Register Context Source (5.9.2): resolves to the id.
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
  await oneAfterAnother(parts, registration, async () => {
    await checkConflicts(registration, parts.registrations.index, parts.anyEntity);
    const { store, watcher } = parts.registrations;
    const owed = watcher.owed(undefined, { registration, document });
    await store.insert(tenant, id, { document, owed, ...expiryOf(registration) }, at);
    parts.registrations.put(registration);
    watcher.committed(owed);
  });
  return id;
}

/** @throws NgsiLdError BadRequestData: it is over already */
export function checkExpiry({ expiresAt }: Registration, given: JsonObject): void {
  if (expiresAt !== undefined && given.expiresAt !== undefined && expiresAt <= Date.now()) {
    throw badMember('expiresAt', given.expiresAt, 'a time in the future');
  }
}

export function expiryOf({ expiresAt }: Registration): { readonly expiresAt?: Date } {
  return expiresAt === undefined ? {} : { expiresAt: new Date(expiresAt) };
}

const underway = new WeakMap<Registrations, Promise<unknown>>();

/** Of two that would take the same, one must see the other: what lies with one source alone is registered in turn. */
export async function oneAfterAnother(
  { registrations }: RegistrationParts,
  registration: Registration,
  work: () => Promise<void>,
): Promise<void> {
  if (!isProxied(registration)) return work();
  const turn = (underway.get(registrations) ?? Promise.resolve()).then(work);
  underway.set(
    registrations,
    turn.catch(() => {}), // told to whoever asked for it
  );
  return turn;
}
