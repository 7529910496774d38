import { newKey, parseKey } from './access/api-key.ts';
import { systemCaller } from './access/caller.ts';
import { publicCaller } from './access/published.ts';
import { analyse } from './history/analysis/analyse.ts';
import { namedKeys } from './http/answers/named-keys.ts';
import { readAnalysis } from './http/requests/territory/analysis-request.ts';
import { healthRoutes } from './http/routes/health-routes.ts';
import { versionRoutes } from './http/routes/version-routes.ts';
import { DRAIN_BESIDE_OTHERS_MS, Drain } from './http/server/drain.ts';
import { inProcessClient } from './in-process-client.ts';
import { whenDelivered } from './notifications/outbox/when-delivered.ts';
import type { Broker, BrokerOptions } from './options.ts';
import { allowedUrl, outgoingAgent } from './outgoing/outgoing-url.ts';
import { rightsOfSenders } from './sender-rights.ts';
import { ensureTenant } from './tenants/tenants.ts';
import { openApp } from './wiring/app.ts';
import { type Areas, closeAreas } from './wiring/areas.ts';
import { openFederating } from './wiring/federating.ts';
import { openFoundation } from './wiring/foundation.ts';
import { brokerMetrics } from './wiring/metrics.ts';
import { openNotifying } from './wiring/notifying.ts';
import { openRights } from './wiring/rights.ts';
import { openSnapshotting } from './wiring/snapshotting.ts';
import { openSubscribing } from './wiring/subscribing.ts';
import { subscriptionParts } from './wiring/subscription-parts.ts';
import { openUpkeep } from './wiring/upkeep.ts';
import { openWriting } from './wiring/writing.ts';

// Longer than 80 lines: what the broker offers, one after the other.
/** Migrates the database and wires a broker on it, area by area: each area needs those before it. */
export async function createBroker(options: BrokerOptions): Promise<Broker> {
  const foundation = await openFoundation(options, () =>
    Promise.all([notifying.notifications.settled(), federating.registrations.settled()]),
  );
  const rights = await openRights(foundation, options);
  const subscribing = await openSubscribing(foundation, rights);
  const federating = await openFederating(foundation, rights, subscribing, options);
  const notifying = await openNotifying(foundation, rights, subscribing, federating, options);
  const upkeep = await openUpkeep(foundation, options);
  const writing = await openWriting(foundation, subscribing, notifying, upkeep, options);
  const snapshotting = await openSnapshotting(foundation, rights, federating);
  const areas: Areas = { foundation, rights, subscribing, federating, notifying, upkeep, writing, snapshotting };

  await notifying.notifications.start();
  await federating.copies.start();
  await foundation.changeBarrier.start();
  notifying.intervals.wake();
  notifying.sourceIntervals.wake();

  const { db, outgoing, contexts, tenants, secrets, quotas, usage } = foundation;
  const subscriptions = subscriptionParts(areas);
  const { app, requests, replicas, closeReplicas } = await openApp(areas, subscriptions, options);
  const drain = new Drain(app, options.publicUrl);
  healthRoutes(app, db, drain, foundation.outages);
  versionRoutes(app);
  snapshotting.job.wake();
  upkeep.start();

  const dispatcher = outgoingAgent(outgoing);
  const { lane } = writing;
  const { federation } = federating;
  const parts = { db, lane, federation, contexts, tenants, subscriptions };
  return {
    app,
    db,
    audit: { ...rights.audit, begin: rights.intents.begin, during: rights.intents.during },
    contexts,
    client: inProcessClient({ ...parts, callerIn: systemCaller }),
    ...rightsOfSenders(app, rights.access, parts),
    publicClient: (published, contextUrl) =>
      inProcessClient({
        ...parts,
        callerIn: async (tenant) => publicCaller(tenant, published, await contexts.resolve(contextUrl)),
      }),
    addWriteGate: (gate) => void writing.gates.push(gate),
    async analyse(tenant, body, contextUrl) {
      const context = await contexts.resolve(contextUrl);
      const asked = readAnalysis(body, context);
      return namedKeys(await analyse(db, systemCaller(tenant), asked), asked, context);
    },
    whenDelivered: (tenant, subscription, withinMs, signal) =>
      whenDelivered(db, tenant, subscription, withinMs, signal),
    ownContextOf: (tenant) => foundation.interop.own(tenant).defaultContext,
    secrets,
    outgoing: { check: (url, protocols) => allowedUrl(url, outgoing, protocols), dispatcher },
    shares: {
      take: (tenant, what, amount) => usage.take(tenant, what, amount),
      add: (tenant, what, amount) => usage.add(tenant, what, amount),
      usedUpUntil: (tenant, what) => usage.usedUpUntil(tenant, what),
      mostFileBytes: (tenant) => quotas.of(tenant).fileBytes,
    },
    async keepPolicy(id, policy) {
      await (policy === undefined ? rights.store.removePolicy(id) : rights.store.savePolicy(id, policy));
      await rights.access.reload();
    },
    async makeKey(given, most) {
      const document = parseKey(given);
      const { id, key, hash } = newKey();
      const isMade = await rights.store.insertKeyOfClient(id, hash, document, most);
      if (isMade) await rights.access.reload();
      return isMade ? key : undefined;
    },
    async keepTenant(tenant, limits) {
      const isNew = !(await tenants.exists(tenant));
      await ensureTenant(db, tenant);
      await quotas.set(tenant, limits);
      return isNew;
    },
    emptyTenant: (tenant) => tenants.empty(tenant),
    async revokeTokens(subject, before, issuer) {
      await rights.store.revokeTokens(rights.access.issuers.revocationOf(subject, issuer), before);
      await rights.access.reload();
    },
    trackChange: (work) => foundation.changeBarrier.track(work),
    metrics: () => brokerMetrics(areas, requests(), replicas()),
    drain(forMs = foundation.peers.count > 1 ? DRAIN_BESIDE_OTHERS_MS : 0) {
      areas.writing.shortenTimeouts();
      return drain.start(forMs);
    },
    unanswered: () => drain.unanswered,
    async close() {
      await closeAreas(areas, app, dispatcher);
      await closeReplicas();
    },
  };
}
