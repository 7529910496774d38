import { NgsiLdError } from '../../model/errors.ts';

/** What a tenant may be limited in, and how each is told of. */
export const QUOTAS = {
  entities: 'entities',
  subscriptions: 'subscriptions',
  registrations: 'context source registrations',
  snapshots: 'snapshots',
  historyRows: 'attribute instances in its history',
  requestsPerSecond: 'requests a second',
} as const;

export type QuotaName = keyof typeof QUOTAS;

/** Absent: as much as it likes. */
export type TenantQuotas = { readonly [Name in QuotaName]?: number };

/** A write that would go beyond a quota: 403, as it won't succeed however often it is tried. */
export function quotaReached(tenant: string, name: QuotaName, quota: number): NgsiLdError {
  const who = tenant === '' ? 'The default tenant' : `Tenant ${tenant}`;
  return new NgsiLdError('QuotaReached', `${who} may have ${quota} ${QUOTAS[name]}, and this would be more`);
}
