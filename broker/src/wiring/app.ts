import type { FastifyInstance } from 'fastify';
import { ReplicaReads, type ReplicaState } from '../database/replica/replica-reads.ts';
import { KnownNames } from '../entities/discovery/known-names.ts';
import { openApiRoutes } from '../http/openapi/openapi-routes.ts';
import { readAuditedChanges } from '../http/ops/audited-changes.ts';
import { auditAdministration } from '../http/ops/ops-audit-routes.ts';
import { enforceAccess } from '../http/server/access-hooks.ts';
import { createApp } from '../http/server/app.ts';
import { countRequests } from '../http/server/count-requests.ts';
import { guardPublicAnswers } from '../http/server/public-answers.ts';
import { admitPublicTenants } from '../http/server/public-tenants.ts';
import { readYourWrites } from '../http/server/read-your-writes.ts';
import { waitForProcesses } from '../http/server/wait-for-processes.ts';
import type { Metric } from '../metrics/metric.ts';
import type { BrokerOptions } from '../options.ts';
import { apiRoutes } from './api-routes.ts';
import type { Areas } from './areas.ts';
import { accessRoutes, operatorRoutes } from './operator-routes.ts';
import type { SubscriptionOperations } from './subscription-parts.ts';

interface OpenApp {
  readonly app: FastifyInstance;
  /** The counters of requests. */
  requests(): Metric[];
  /** The state of the replicas. */
  replicas(): ReplicaState[];
  /** Stops checking the replicas, and closes connections to nodes. */
  closeReplicas(): Promise<void>;
}

/** Creates the app with all routes of the broker. Hooks for all routes must be registered before the routes. */
export async function openApp(
  areas: Areas,
  subscriptions: SubscriptionOperations,
  options: BrokerOptions,
): Promise<OpenApp> {
  const { db, nodes, log, contexts, tenants, quotas, company, usage, interop, peers, changeBarrier, outages } =
    areas.foundation;
  const { access, audit, intents } = areas.rights;
  const app = await createApp(contexts, tenants, areas.snapshotting.spaces, {
    isAccessOpen: options.access !== 'enforced',
    quotas,
    company,
    usage,
    interop,
    names: new KnownNames(db),
    processes: () => peers.count,
    onOutage: (outage, error) => outages.note(outage, error),
    logger: log,
    tls: options.tls,
    corsOrigins: options.corsOrigins,
    proxies: options.proxies,
    door: options.door,
  });
  guardPublicAnswers(app);
  admitPublicTenants(app, tenants, options.publicTenants ?? [''], options.door);
  const requests = countRequests(app);
  waitForProcesses(app, (alsoHere) => changeBarrier.allCaughtUp(alsoHere));
  openApiRoutes(app, options.publicUrl);
  if (options.access === 'enforced') {
    enforceAccess(app, access);
    const key = options.issuers?.length ? undefined : await access.firstKey();
    if (key !== undefined) options.onFirstKey?.(key);
  }
  auditAdministration(app, audit, intents);
  readAuditedChanges(app);
  accessRoutes(app, areas);
  const { replicas = [] } = options;
  const reads = replicas.length > 0 ? new ReplicaReads(db, replicas, log, options.replicaLagMs) : undefined;
  reads?.start();
  if (reads !== undefined) readYourWrites(app, reads, peers); // routes registered before never use a replica
  apiRoutes(app, areas, subscriptions, { options, readFrom: reads?.db ?? nodes?.db ?? db });
  operatorRoutes(app, areas, subscriptions, options);
  const closeReplicas = async () => void (await Promise.all([reads?.close(), nodes?.close()]));
  return { app, requests, replicas: () => reads?.states() ?? [], closeReplicas };
}
