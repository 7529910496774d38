import type { OutboxEntry } from '../../../entities/write-lane/write-lane.ts';
import { stateOf } from '../registrations.ts';
import type { RegistrationParts } from './create-registration.ts';

/** Delete Context Source Registration (5.9.4). @throws NgsiLdError ResourceNotFound */
export async function deleteRegistration(
  { registrations }: RegistrationParts,
  tenant: string,
  id: string,
): Promise<void> {
  const { store, watcher } = registrations;
  let owed: readonly OutboxEntry[] = [];
  await store.remove(tenant, id, (removed) => {
    owed = watcher.owed(stateOf(removed), undefined);
    return owed;
  });
  registrations.remove(tenant, id);
  watcher.committed(owed);
}
