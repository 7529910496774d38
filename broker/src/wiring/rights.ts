import { Access } from '../access/access.ts';
import { type AccessStore, accessStore } from '../access/access-store.ts';
import { type AuditStore, auditStore } from '../access/audit.ts';
import { type AuditIntents, auditIntents } from '../access/audit-intents.ts';
import { type Caller, systemCaller } from '../access/caller.ts';
import type { Grant } from '../access/grant.ts';
import type { Principal } from '../access/principal.ts';
import { type UsageStore, usageStore } from '../access/usage-store.ts';
import { tenantOfSpace } from '../model/snapshot-space.ts';
import type { BrokerOptions } from '../options.ts';
import type { SubscriptionOwner } from '../subscriptions/subscription.ts';
import type { Foundation } from './foundation.ts';

/** Access control and audit. */
export interface RightsArea {
  readonly access: Access;
  readonly store: AccessStore;
  readonly usage: UsageStore;
  readonly audit: AuditStore;
  /** What this process is about to record. */
  readonly intents: AuditIntents;
  /** The current rights of a subscription's owner. */
  grantOf(owner: SubscriptionOwner, tenant: string): Grant;
  /** The caller for reads on behalf of an owner, with their current rights; without an owner, the broker itself. */
  ownerAsCaller(owner: SubscriptionOwner | undefined, tenant: string): Caller;
}

export async function openRights(
  { db, log, changeBarrier, peers }: Foundation,
  options: BrokerOptions,
): Promise<RightsArea> {
  const store = accessStore(db);
  const usage = usageStore(db);
  const access = new Access({
    store,
    usage,
    issuers: options.issuers ?? [],
    roleIssuers: options.roleIssuers ?? [],
    audiences: options.audiences?.length ? options.audiences : [options.publicUrl],
    isShared: db.kind === 'postgres',
    onError: (error) => log.error(error, 'Access'),
    onReloading: (taking) => changeBarrier.track(taking),
  });
  await access.start();
  const grantOf = (owner: SubscriptionOwner, tenant: string) =>
    access.grantOfEarlier(owner as Principal, tenantOfSpace(tenant)); // as stored from the request
  const audit = auditStore(db, options.secretKey);
  const intents = auditIntents(db, audit, peers.name);
  // A killed process may have had this name before.
  await intents.settle([peers.name]);
  peers.onTaken((names) => intents.settle(names));
  return {
    access,
    store,
    usage,
    audit,
    intents,
    grantOf,
    ownerAsCaller(owner, tenant) {
      if (owner === undefined) return systemCaller(tenant);
      const { read, write } = grantOf(owner, tenant);
      return { tenant, read, write };
    },
  };
}
