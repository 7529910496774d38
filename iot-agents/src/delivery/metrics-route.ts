import type { FastifyInstance } from 'fastify';
import type { Database } from '../database.ts';
import type { Counters } from '../frames/counters.ts';
import { readBacklog } from './delivery-routes.ts';

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
    const { waiting, oldest } = await readBacklog(db);
    const { rows } = await db.query<{ state: string; count: number }>({ text: COMMANDS });
    const age = oldest === null ? 0 : Math.max(0, Date.now() - new Date(oldest).getTime()) / 1000;
    return [
      metric('inbox_messages', 'gauge', 'Messages that are stored and not delivered yet', waiting),
      metric('inbox_oldest_seconds', 'gauge', 'How long the oldest of them has waited', age),
      metric(
        'commands',
        'gauge',
        'Commands under way, and those that ended within a day',
        by('state', Object.fromEntries(rows.map(({ state, count }) => [state, count]))),
      ),
    ];
  };

  app.get('/metrics', async (request, reply) => {
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
    metric('received_total', 'counter', 'Messages acknowledged to their senders', received),
    metric('delivered_total', 'counter', 'Messages whose entities the broker has, or that had none to give', delivered),
    metric('entities_total', 'counter', 'Entity updates sent to the broker', entities),
    metric('duplicates_total', 'counter', 'Frames that had come before', duplicates),
    metric('late_total', 'counter', 'Attributes older than what the broker had', late),
    metric('pending_total', 'counter', 'Frames of devices that nobody has registered', pending),
    metric('quarantined_total', 'counter', 'Frames, or values of them, set aside', by('reason', quarantined)),
    metric('refused_total', 'counter', 'Who or what was not let in', by('reason', refused)),
    metric('retries_total', 'counter', 'Tries that the broker or the database could not serve', retries),
  ];
}

function ofMqtt({ clients, external }: ReturnType<MetricsOptions['mqtt']>): string[] {
  const metrics: string[] = [];
  if (clients !== undefined) {
    metrics.push(metric('mqtt_clients', 'gauge', 'Clients of the embedded MQTT broker', clients));
  }
  if (external !== undefined) {
    const connected = external.state === 'connected' ? 1 : 0;
    metrics.push(metric('mqtt_connected', 'gauge', 'Whether the MQTT broker elsewhere is reached', connected));
  }
  return metrics;
}

interface Labelled {
  readonly label: string;
  readonly values: { readonly [value: string]: number };
}

/** Values of labels are names of ours, which need no escaping. */
function by(label: string, values: Labelled['values']): Labelled {
  return { label, values };
}

function metric(name: string, type: 'counter' | 'gauge', help: string, given: number | Labelled): string {
  const full = `alzette_iot_${name}`;
  const samples =
    typeof given === 'number'
      ? [`${full} ${given}\n`]
      : Object.entries(given.values).map(([value, number]) => `${full}{${given.label}="${value}"} ${number}\n`);
  return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${samples.join('')}`;
}
