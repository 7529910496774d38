import type { RegistrationParts } from './create-registration.ts';

/** Delete Context Source Registration (5.9.4). @throws NgsiLdError ResourceNotFound */
export async function deleteRegistration(
  { registrations }: RegistrationParts,
  tenant: string,
  id: string,
): Promise<void> {
  await registrations.store.remove(tenant, id);
  registrations.remove(tenant, id);
}
