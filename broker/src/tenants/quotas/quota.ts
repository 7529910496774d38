import { NgsiLdError } from '../../model/errors.ts';

/** The possible quotas of a tenant, with their names in messages. */
export const QUOTAS = {
  entities: 'entities',
  subscriptions: 'subscriptions',
  registrations: 'context source registrations',
  snapshots: 'snapshots',
  historyRows: 'attribute instances in its history',
  requestsPerSecond: 'requests a second',
  fileBytes: 'bytes of photos and documents',
  jobsPerDay: 'background jobs a day',
  computeSecondsPerDay: 'seconds of computation a day',
  mailsPerDay: 'mails a day',
  pushesPerDay: 'push messages a day',
} as const;

export type QuotaName = keyof typeof QUOTAS;

/** Absent: unlimited. */
export type TenantQuotas = { readonly [Name in QuotaName]?: number };

/** What is counted by day, and the quota that limits it. Requests are limited by second instead. */
export const DAILY = {
  requests: undefined,
  jobs: 'jobsPerDay',
  computeSeconds: 'computeSecondsPerDay',
  mails: 'mailsPerDay',
  pushes: 'pushesPerDay',
} as const satisfies { readonly [what: string]: QuotaName | undefined };

export type Countable = keyof typeof DAILY;

/** `field: got, expected`, for the messages of all quotas. */
export function beyondQuota(tenant: string, name: QuotaName, quota: number): string {
  const who = tenant === '' ? 'the default tenant' : `tenant ${tenant}`;
  return `${name}: got more, expected at most ${quota} ${QUOTAS[name]}, the quota of ${who}`;
}

/** The error of a write that would exceed a quota: 403, because retrying is useless. */
export function quotaReached(tenant: string, name: QuotaName, quota: number): NgsiLdError {
  return new NgsiLdError('QuotaReached', beyondQuota(tenant, name, quota));
}
