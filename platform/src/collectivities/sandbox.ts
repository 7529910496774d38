import type { Broker } from '@alzette/broker';
import { type MaybeSandbox, SANDBOX_KEY } from '@alzette/opendata/sandbox';

const DAY_MS = 86_400_000;
/** More than the examples need, and little beside a collectivity. */
const QUOTAS = {
  entities: 5_000,
  subscriptions: 500,
  registrations: 0,
  snapshots: 5,
  historyRows: 200_000,
  requestsPerSecond: 20,
  fileBytes: 0,
  jobsPerDay: 500,
  computeSecondsPerDay: 600,
  mailsPerDay: 0,
  pushesPerDay: 0,
} as const;
const MOST_KEYS = 500;

/**
 * The tenant that the setting SANDBOX names: its keys are valid nowhere else.
 *
 * @param empty deletes what it has in all services
 */
export function sandboxPorts(
  tenant: string | undefined,
  broker: Pick<Broker, 'keepTenant' | 'keepPolicy' | 'emptyTenant' | 'makeKey'>,
  empty: (tenant: string) => Promise<void> = broker.emptyTenant,
): MaybeSandbox {
  if (tenant === undefined) return {};
  const may = ['read', 'write'] as const;
  const limits = [{ requests: SANDBOX_KEY.requestsPerMinute, per: 'minute' }];
  return {
    sandbox: {
      tenant,
      async open() {
        const isNew = await broker.keepTenant(tenant, QUOTAS);
        const title = 'Sandbox for developers';
        await broker.keepPolicy(tenant, { id: tenant, title, who: { clients: [tenant] }, may, tenants: [tenant] });
        return isNew;
      },
      empty: () => empty(tenant),
      makeKey(title) {
        const expiresAt = new Date(Date.now() + SANDBOX_KEY.days * DAY_MS).toISOString();
        return broker.makeKey({ title, client: tenant, scopes: may, tenants: [tenant], limits, expiresAt }, MOST_KEYS);
      },
    },
  };
}
