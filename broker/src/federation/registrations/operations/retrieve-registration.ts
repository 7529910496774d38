import type { NameCompactor } from '../../../model/names.ts';
import { isExpired } from '../registration.ts';
import { noRegistration } from '../registration-store.ts';
import { opened } from '../registrations.ts';
import { representRegistration } from '../represent-registration.ts';
import type { RegistrationParts } from './create-registration.ts';

export interface RegistrationView {
  readonly context: NameCompactor;
  /** Whether to include `createdAt` and `modifiedAt`. */
  readonly sysAttrs: boolean;
  /** Decides which members name the attributes. Default: those that were registered. */
  readonly version?: 'earlier' | 'own' | '2.0';
}

/** Retrieve Context Source Registration (5.10.1). @throws NgsiLdError ResourceNotFound */
export async function retrieveRegistration(
  { registrations }: RegistrationParts,
  tenant: string,
  id: string,
  { context, sysAttrs, version }: RegistrationView,
): Promise<Record<string, unknown>> {
  await registrations.settled();
  const stored = await registrations.store.get(tenant, id);
  if (stored === undefined || isExpired(opened(stored), Date.now())) throw noRegistration(id);
  return representRegistration(stored, context, sysAttrs, version);
}
