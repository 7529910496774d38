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
  let notifications: readonly OutboxEntry[] = [];
  await store.remove(tenant, id, (removed) => {
    notifications = watcher.notificationsOf(stateOf(removed), undefined);
    return notifications;
  });
  registrations.remove(tenant, id);
  watcher.committed(notifications);
}
