import { ask } from '@alzette/web/asking';
import type { Locale } from '../../../i18n/locales.ts';

export interface Account {
  readonly id: string;
  readonly username: string;
  readonly email?: string | null;
  readonly givenName?: string;
  readonly familyName?: string;
  readonly language?: Locale;
  readonly organisation?: string | null;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  readonly enabled: boolean;
  readonly expiresAt?: string | null;
}
export interface Organisation {
  readonly id: string;
  readonly name: string;
  readonly kind: 'intercommunality' | 'commune' | 'contractor' | 'other';
  readonly parent?: string;
}
export interface Group {
  readonly id: string;
  readonly name: string;
  readonly roles: readonly string[];
}
export interface Role {
  readonly id: string;
  readonly description?: string;
}

export async function readRoles(signal?: AbortSignal): Promise<Role[]> {
  return (await ask<{ roles: Role[] }>('GET', '/ops/identity/roles', undefined, signal)).roles;
}

export async function readGroups(signal?: AbortSignal): Promise<Group[]> {
  return (await ask<{ groups: Group[] }>('GET', '/ops/identity/groups', undefined, signal)).groups;
}

export async function readOrganisations(signal?: AbortSignal): Promise<Organisation[]> {
  return (await ask<{ organisations: Organisation[] }>('GET', '/ops/identity/organisations', undefined, signal))
    .organisations;
}
