import { Problem } from '@alzette/kit/problems';
import { DONE, operation } from '@alzette/kit/routes';
import { type NgsiLdClient, putSubscription } from '@alzette/ngsi-ld-schemas';
import type { FastifyInstance } from 'fastify';
import { actOnReport } from '../actions/act.ts';
import type { Status } from '../contract/report.ts';
import type { ReportParts } from '../parts.ts';
import { idOf, isOpen } from '../report/report.ts';
import { loadReports } from '../store/report-rows.ts';

const HEADER = 'x-reports-secret';
const CONTEXT_PATH = '/contexts/WorkOrder/v1.jsonld';
const ACTOR = 'service:reports';
/** The status of a report for each status of its work order. */
const BECOMES: { readonly [orderStatus: string]: Status } = {
  inProgress: 'inProgress',
  completed: 'fixed',
  closed: 'fixed',
};

/** Subscribes to the work orders of a tenant's reports. */
export function workOrderSubscriptions({
  client,
  publicUrl,
  keyed,
}: Pick<ReportParts, 'client' | 'publicUrl' | 'keyed'>) {
  const opened = new Set<string>();
  return async (tenant: string): Promise<void> => {
    if (opened.has(tenant)) return;
    await subscribe(client, tenant, publicUrl, keyed.hash('notifications', tenant));
    opened.add(tenant);
  };
}

async function subscribe(client: NgsiLdClient, tenant: string, publicUrl: string, secret: string): Promise<void> {
  const context = publicUrl + CONTEXT_PATH;
  const uri = `${publicUrl}/reports/notifications`;
  const subscription = {
    id: 'urn:ngsi-ld:Subscription:reports-work-orders',
    type: 'Subscription',
    description: 'What becomes of work orders that reports wait for',
    entities: [{ type: 'WorkOrder' }],
    watchedAttributes: ['status'],
    notification: {
      attributes: ['status', 'refServiceRequest'],
      format: 'keyValues',
      endpoint: { uri, accept: 'application/json', receiverInfo: [{ key: HEADER, value: secret }] },
    },
    jsonldContext: context,
  };
  await putSubscription(client, subscription, { tenant, context });
}

interface NotifiedOrder {
  readonly id?: unknown;
  readonly status?: unknown;
  readonly refServiceRequest?: unknown;
}

export function notificationRoutes(scope: FastifyInstance, parts: ReportParts): void {
  scope.post(
    '/notifications',
    operation({
      access: 'nothing',
      anyTenant: true,
      summary: 'Receives notifications of the service’s own subscriptions',
      answers: DONE,
    }),
    async (request, reply) => {
      const { tenant, headers } = request;
      const given = headers[HEADER];
      if (typeof given !== 'string' || !parts.keyed.isHash(given, 'notifications', tenant)) {
        throw new Problem(401, 'Unauthorized', 'The notification does not contain the secret of our subscriptions');
      }
      const { data } = (request.body ?? {}) as { readonly data?: unknown };
      for (const order of Array.isArray(data) ? (data as NotifiedOrder[]) : []) await followOrder(parts, tenant, order);
      return reply.code(204).send();
    },
  );
}

/** A repeated notification has no effect. */
async function followOrder(
  parts: ReportParts,
  tenant: string,
  { id, status, refServiceRequest }: NotifiedOrder,
): Promise<void> {
  const becomes = typeof status === 'string' ? BECOMES[status] : undefined;
  if (becomes === undefined) return;
  const ids = [refServiceRequest ?? []].flat().flatMap((urn) => idOf(String(urn)) ?? []);
  for (const { report } of (await loadReports(parts.db, tenant, ids)).values()) {
    if (report.workOrders.at(-1) !== id || !isOpen(report.status)) continue;
    await actOnReport(parts, { tenant, name: ACTOR }, report.id, { act: 'status', status: becomes });
  }
}
