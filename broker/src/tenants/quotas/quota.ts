import { NgsiLdError } from '../../model/errors.ts';

/** The possible quotas of a tenant, with their names in messages. */
export const QUOTAS = {
  entities: 'entities',
  subscriptions: 'subscriptions',
  registrations: 'context source registrations',
  snapshots: 'snapshots',
  historyRows: 'attribute instances in its history',
  requestsPerSecond: 'requests a second',
} as const;

export type QuotaName = keyof typeof QUOTAS;

/** Absent: unlimited. */
export type TenantQuotas = { readonly [Name in QuotaName]?: number };

/** The error of a write that would exceed a quota: 403, because retrying is useless. */
export function quotaReached(tenant: string, name: QuotaName, quota: number): NgsiLdError {
  const who = tenant === '' ? 'The default tenant' : `Tenant ${tenant}`;
  return new NgsiLdError('QuotaReached', `${who} may have ${quota} ${QUOTAS[name]}, and this would be more`);
}
