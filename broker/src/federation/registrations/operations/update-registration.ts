import type { OutboxEntry } from '../../../entities/write-lane/write-lane.ts';
import type { NameExpander } from '../../../model/names.ts';
import { badMember, type JsonObject, NGSI_LD_NULL } from '../../../model/values.ts';
import { checkNotStored } from '../conflicts.ts';
import { mergedDocument, openRegistration } from '../open-registration.ts';
import { parseRegistration } from '../parse/parse-registration.ts';
import type { RegistrationDocument } from '../registration-document.ts';
import { noRegistration, type StoredRegistration } from '../registration-store.ts';
import { type RegistrationState, stateOf } from '../registrations.ts';
import { ownerOfSource, sealSource, unmaskSource } from '../source-secrets.ts';
import { checkExpiry, expiryOf, overlapCheck, type RegistrationParts } from './create-registration.ts';

/**
 * Update Context Source Registration (5.9.3). Each member of the fragment replaces the stored one completely; null
 * removes it.
 *
 * @throws NgsiLdError ResourceNotFound; BadRequestData: also if the result is not a valid registration; Conflict
 */
export async function updateRegistration(
  parts: RegistrationParts,
  tenant: string,
  id: string,
  input: JsonObject,
  context: NameExpander,
): Promise<void> {
  const { store, watcher } = parts.registrations;
  const at = new Date();
  const fragment = parseRegistration(input, context, at.toISOString(), true);
  if (fragment.id !== undefined && fragment.id !== id) throw badMember('id', fragment.id, `the id of the path, ${id}`);
  const revised = ({ document: stored, createdAt }: StoredRegistration) => {
    const before = stored as RegistrationDocument; // written only by this broker
    const unmasked = unmaskSource(mergedDocument(before, fragment), before);
    const document = sealSource(unmasked, ownerOfSource(tenant, id), parts.secrets);
    return { document, registration: openRegistration(tenant, document, createdAt) };
  };

  const stored = await store.get(tenant, id);
  if (stored === undefined) throw noRegistration(id);
  const { registration } = revised(stored);
  if (input.expiresAt !== null && input.expiresAt !== NGSI_LD_NULL) checkExpiry(registration, input);
  if (fragment.endpoint) await parts.checkUrl(fragment.endpoint, 'endpoint');
  await checkNotStored(registration, parts.anyEntity);
  // Computed again under the lock, because another update may have come in between.
  let after: RegistrationState | undefined;
  let notifications: readonly OutboxEntry[] = [];
  const revise = (current: StoredRegistration) => {
    after = revised(current);
    notifications = watcher.notificationsOf(stateOf(current), after);
    return { document: after.document, notifications, ...expiryOf(after.registration) };
  };
  await store.revise(tenant, id, at, revise, overlapCheck(parts, registration));
  if (after !== undefined) parts.registrations.put(after.registration);
  watcher.committed(notifications);
}
