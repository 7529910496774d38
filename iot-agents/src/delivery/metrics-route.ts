import { by, metric } from '@alzette/kit/metrics';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import type { Database } from '../database.ts';
import type { Counters } from '../frames/counters.ts';
import { backlogAge, readBacklog } from './delivery-routes.ts';

const COMMANDS = `
  SELECT state, count(*)::int AS count FROM iot.command
  WHERE done_at IS NULL OR done_at > now() - interval '1 day' GROUP BY state`;

interface MetricsOptions {
  readonly db: Database;
  readonly counters: Counters;
  readonly mqtt: () => { readonly clients?: number; readonly external?: { readonly state: string } };
}

/** `GET /metrics`: what `/iot/about` tells, as Prometheus reads it (text format 0.0.4). */
export function metricsRoute(app: FastifyInstance, { db, counters, mqtt }: MetricsOptions): void {
  const ofDatabase = async (): Promise<string[]> => {
    const backlog = await readBacklog(db);
    const { rows } = await db.query<{ state: string; count: number }>({ text: COMMANDS });
    return [
      metric('alzette_iot_inbox_messages', 'gauge', 'Messages that are stored and not delivered yet', backlog.waiting),
      metric(
        'alzette_iot_inbox_oldest_seconds',
        'gauge',
        'How long the oldest of them has waited',
        backlogAge(backlog),
      ),
      metric(
        'alzette_iot_commands',
        'gauge',
        'Commands under way, and those that ended within a day',
        by('state', Object.fromEntries(rows.map(({ state, count }) => [state, count]))),
      ),
    ];
  };

  const description = operation({ access: 'administerAll', summary: 'Metrics, as Prometheus reads them' });
  app.get('/metrics', description, async (request, reply) => {
    // Without the database the process tells what it knows by itself.
    const stored = await ofDatabase().catch((cause: unknown) => {
      request.log.warn({ err: cause }, 'metrics lack what the database knows');
      return [];
    });
    return reply
      .type('text/plain; version=0.0.4; charset=utf-8')
      .send([...ofProcess(counters), ...ofMqtt(mqtt()), ...stored].join(''));
  });
}

function ofProcess(counters: Counters): string[] {
  const { received, delivered, entities, duplicates, late, pending, retries, quarantined, refused } = counters;
  return [
    metric('alzette_iot_received_total', 'counter', 'Messages acknowledged to their senders', received),
    metric(
      'alzette_iot_delivered_total',
      'counter',
      'Messages whose entities the broker has, or that had none to give',
      delivered,
    ),
    metric('alzette_iot_entities_total', 'counter', 'Entity updates sent to the broker', entities),
    metric('alzette_iot_duplicates_total', 'counter', 'Frames that had come before', duplicates),
    metric('alzette_iot_late_total', 'counter', 'Attributes older than what the broker had', late),
    metric('alzette_iot_pending_total', 'counter', 'Frames of devices that nobody has registered', pending),
    metric(
      'alzette_iot_quarantined_total',
      'counter',
      'Frames, or values of them, set aside',
      by('reason', quarantined),
    ),
    metric('alzette_iot_refused_total', 'counter', 'Who or what was not let in', by('reason', refused)),
    metric('alzette_iot_retries_total', 'counter', 'Tries that the broker or the database could not serve', retries),
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
      metric('alzette_iot_mqtt_connected', 'gauge', 'Whether the MQTT broker elsewhere is reached', connected),
    );
  }
  return metrics;
}
