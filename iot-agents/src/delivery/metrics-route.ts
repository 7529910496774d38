import { cacheMetrics } from '@alzette/kit/caches';
import { ofAllTenants } from '@alzette/kit/each-tenant';
import { by, metric } from '@alzette/kit/metrics';
import { media, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database.ts';
import type { Counters } from '../frames/counters.ts';
import { backlogAge, readBacklog } from './delivery-routes.ts';

const METRICS = 'text/plain; version=0.0.4; charset=utf-8';

const COUNTS = 'SELECT state, count(*)::int AS count FROM iot.command WHERE';
const IS_RECENT = `(done_at IS NULL OR done_at > now() - interval '1 day')`;
const OF_ALL = `${COUNTS} ${IS_RECENT} GROUP BY state /* all tenants: the metrics are about all */`;
const OF_TENANT = `${COUNTS} tenant = $1 AND ${IS_RECENT} GROUP BY state`;

interface MetricsOptions {
  readonly db: Database;
  readonly counters: Counters;
  readonly mqtt: () => { readonly clients?: number; readonly external?: { readonly state: string } };
}

/** Of all tenants, or of each; without those of a node that is away. */
function commandCounts(db: Database): Promise<{ readonly state: string; readonly count: number }[]> {
  return ofAllTenants(db, { text: OF_ALL }, (tenant) => ({ text: OF_TENANT, values: [tenant] }));
}

/** `GET /metrics`: the data of `/iot/about` in the Prometheus text format 0.0.4. */
export function metricsRoute(app: FastifyInstance, { db, counters, mqtt }: MetricsOptions): void {
  const ofDatabase = async (): Promise<string[]> => {
    const backlog = await readBacklog(db);
    const commands: { [state: string]: number } = {};
    for (const { state, count } of await commandCounts(db)) commands[state] = (commands[state] ?? 0) + count;
    return [
      metric('alzette_iot_inbox_messages', 'gauge', 'Stored messages that are not delivered yet', backlog.waiting),
      metric('alzette_iot_inbox_oldest_seconds', 'gauge', 'Age of the oldest undelivered message', backlogAge(backlog)),
      metric(
        'alzette_iot_commands',
        'gauge',
        'Commands in progress, and those finished within a day',
        by('state', commands),
      ),
    ];
  };

  const description = operation({
    access: 'administerAll',
    summary: 'Metrics in the Prometheus format',
    answers: { 200: media(METRICS) },
  });
  app.get('/metrics', description, async (request, reply) => {
    // Without the database, the process reports what it knows itself.
    const stored = await ofDatabase().catch((cause: unknown) => {
      request.log.warn({ err: cause }, 'metrics are incomplete: could not query the database');
      return [];
    });
    reply.type(METRICS);
    return [...ofProcess(counters), ...ofMqtt(mqtt()), cacheMetrics(), ...stored].join('');
  });
}

function ofProcess(counters: Counters): string[] {
  const { received, delivered, entities, duplicates, late, pending, retries, quarantined, refused } = counters;
  return [
    metric('alzette_iot_received_total', 'counter', 'Messages acknowledged to their senders', received),
    metric(
      'alzette_iot_delivered_total',
      'counter',
      'Messages whose entities were written, or that contained none',
      delivered,
    ),
    metric('alzette_iot_entities_total', 'counter', 'Entity updates sent to the broker', entities),
    metric('alzette_iot_duplicates_total', 'counter', 'Duplicate frames', duplicates),
    metric('alzette_iot_late_total', 'counter', 'Attributes older than the current ones', late),
    metric('alzette_iot_pending_total', 'counter', 'Frames of unregistered devices', pending),
    metric('alzette_iot_quarantined_total', 'counter', 'Frames or values in quarantine', by('reason', quarantined)),
    metric('alzette_iot_refused_total', 'counter', 'Refused clients and messages', by('reason', refused)),
    metric(
      'alzette_iot_retries_total',
      'counter',
      'Failed attempts because the broker or the database did not answer',
      retries,
    ),
  ];
}

function ofMqtt({ clients, external }: ReturnType<MetricsOptions['mqtt']>): string[] {
  const metrics: string[] = [];
  if (clients !== undefined) {
    metrics.push(metric('alzette_iot_mqtt_clients', 'gauge', 'Clients of the embedded MQTT broker', clients));
  }
  if (external !== undefined) {
    const connected = external.state === 'connected' ? 1 : 0;
    metrics.push(
      metric('alzette_iot_mqtt_connected', 'gauge', 'Whether the external MQTT broker is connected', connected),
    );
  }
  return metrics;
}
