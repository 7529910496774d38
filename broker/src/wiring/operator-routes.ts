import { HOME } from '@alzette/ngsi-ld-schemas/validation';
import type { FastifyInstance } from 'fastify';
import { HistoryKeeping } from '../history/retention/keep-history.ts';
import { opsAccessRoutes } from '../http/ops/ops-access-routes.ts';
import { opsAuditRoutes } from '../http/ops/ops-audit-routes.ts';
import { opsHistoryRoutes } from '../http/ops/ops-history-routes.ts';
import { opsIndexRoutes } from '../http/ops/ops-index-routes.ts';
import { opsModelRoutes } from '../http/ops/ops-model-routes.ts';
import { opsNotificationRoutes } from '../http/ops/ops-notification-routes.ts';
import { opsTenantRoutes } from '../http/ops/ops-tenant-routes.ts';
import { accessExplainRoutes } from '../http/routes/access-explain-routes.ts';
import { ownKeyRoutes } from '../http/routes/own-key-routes.ts';
import { createLedgerStore } from '../notifications/outbox/delivery-ledger.ts';
import type { BrokerOptions } from '../options.ts';
import type { Areas } from './areas.ts';
import type { SubscriptionOperations } from './subscription-parts.ts';

/** Routes of access control and audit. */
export function accessRoutes(app: FastifyInstance, { foundation, rights }: Areas): void {
  const { db, contexts } = foundation;
  const { access, store, usage, audit } = rights;
  const operations = { access, store, usage, audit, contexts };
  opsAccessRoutes(app, operations);
  ownKeyRoutes(app, operations);
  accessExplainRoutes(app, { access, contexts, db, usage: operations.usage });
  opsAuditRoutes(app, audit);
}

/** The other routes for operators, under `/ops`. */
export function operatorRoutes(
  app: FastifyInstance,
  { foundation, federating, notifying, upkeep, writing }: Areas,
  { settled }: SubscriptionOperations,
  options: BrokerOptions,
): void {
  const { db, nodes, contexts, tenants, quotas, usage, interop, peers } = foundation;
  const { notifications } = notifying;
  opsModelRoutes(app, { models: writing.models, contexts, territory: options.territory ?? HOME });
  opsNotificationRoutes(app, {
    ledger: createLedgerStore(db, nodes, peers.name),
    copies: federating.copyStore,
    settled,
    endpointOf: (tenant, id) => notifications.endpointOf(tenant, id),
    endpoints: () => notifications.endpoints(),
    resume: (keys) => notifications.resume(keys),
  });
  opsIndexRoutes(app, upkeep.adviser, contexts);
  opsTenantRoutes(app, { tenants, quotas, usage, interop, contexts });
  opsHistoryRoutes(app, new HistoryKeeping(db, upkeep.retention), contexts);
}
