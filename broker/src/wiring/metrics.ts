import { type CacheUse, cacheUses } from '@alzette/kit/caches';
import { steadyClock } from '../clock/steady-clock.ts';
import type { ReplicaState } from '../database/replica/replica-reads.ts';
import type { Histogram } from '../metrics/histogram.ts';
import { by, type Metric, metricsText, type Sample } from '../metrics/metric.ts';
import { type OutboxTotals, outboxTotals } from '../notifications/outbox/outbox-totals.ts';
import type { Areas } from './areas.ts';

/** The broker's metrics for Prometheus (`docs/metrics.md`). Without the database, those that need it are left out. */
export async function brokerMetrics(
  areas: Areas,
  requests: Metric[],
  replicas: readonly ReplicaState[],
): Promise<string> {
  const { db, log, peers, meters } = areas.foundation;
  const totals = await outboxTotals(db).catch((error: unknown) => {
    log.warn({ err: error }, 'Metrics are incomplete: could not query the database');
    return undefined;
  });
  const metrics = [
    ...requests,
    ...ofWriting(areas),
    ...ofNotifications(areas, totals),
    ...ofFederation(areas),
    ...ofPools(areas),
    ...ofReplicas(replicas),
    ...ofClock(),
    ...ofCaches(areas),
    ...meters.process.read(),
  ];
  return metricsText(metrics, { process: peers.name });
}

function ofWriting({ foundation, writing }: Areas): Metric[] {
  const { meters } = foundation;
  return [
    gauge('lane_waiting_entities', 'Entities with uncommitted writes', writing.waiting()),
    histogram('lane_batch_entities', 'Entities written in one transaction', meters.batchEntities),
    histogram(
      'lane_batch_duration_seconds',
      'Duration of a batch from its first statement to the commit',
      meters.batchSeconds,
    ),
    counter('entity_changes_total', 'Entities created, changed or deleted', meters.changes),
  ];
}

function ofClock(): Metric[] {
  return [
    counter(
      'clock_jumps_total',
      "How often the machine's clock was changed by more than half a second",
      steadyClock.jumps,
    ),
    gauge(
      'clock_ahead_seconds',
      "How far the times of changes are ahead of the machine's clock",
      steadyClock.aheadMs / 1000,
    ),
  ];
}

/** All caches that requests can fill. Each has a limit. */
function ofCaches({ foundation, writing, federating }: Areas): Metric[] {
  const caches = Object.entries({
    ...foundation.contexts.caches(),
    entities: writing.entityCache(),
    source_answers: federating.answerCache(),
    ...cacheUses('broker'),
  });
  const of = (member: keyof CacheUse) => caches.map(([cache, use]) => ({ labels: { cache }, value: use[member] }));
  return [
    gauge('cache_entries', 'Cached entries', of('entries')),
    gauge('cache_bytes', 'Approximate size of the cache', of('bytes')),
    gauge('cache_bytes_most', 'Maximum size of the cache', of('mostBytes')),
  ];
}

function ofNotifications({ foundation, subscribing, federating, notifying }: Areas, totals?: OutboxTotals): Metric[] {
  const { caused, sent, failed, givenUp } = foundation.meters.notifications;
  const subscriptions = {
    entities: subscribing.subscriptions.count(),
    sources: federating.sourceSubscriptions.count(),
  };
  const circuits = { closed: 0, open: 0, 'half-open': 0 };
  for (const { circuit } of notifying.notifications.endpoints()) circuits[circuit]++;
  return [
    gauge('subscriptions', 'Active subscriptions', by('to', subscriptions)),
    counter('notifications_owed_total', 'Notifications caused by changes', caused),
    counter('notification_attempts_total', 'Attempts to send a notification', by('outcome', { sent, failed })),
    counter('notifications_given_up_total', 'Notifications that became dead letters', givenUp),
    gauge('notification_endpoints', 'Recently used endpoints', by('circuit', circuits)),
    ...(totals === undefined
      ? []
      : [
          gauge('outbox_notifications', 'Pending notifications of all processes, counted up to 100000', totals.owed),
          gauge('outbox_oldest_seconds', 'Age of the oldest pending notification', totals.oldestSeconds),
          gauge('dead_letters', 'Dead letters, counted up to 100000', totals.dead),
        ]),
  ];
}

function ofFederation({ federating }: Areas): Metric[] {
  const { outcomes, seconds } = federating.calls;
  return [
    gauge('registrations', 'Registered context sources', federating.registrations.index.count()),
    counter('source_calls_total', 'Requests to context sources', by('outcome', outcomes)),
    histogram('source_call_duration_seconds', 'Duration of requests to context sources', seconds),
  ];
}

function ofPools({ foundation }: Areas): Metric[] {
  const pools = Object.entries(foundation.db.pools?.() ?? {});
  const connections = pools.flatMap(([pool, { busy, idle }]) =>
    by('state', { busy, idle }).map(({ value, labels }) => ({ value, labels: { pool, ...labels } })),
  );
  const of = (member: 'most' | 'waiting') => pools.map(([pool, use]) => ({ labels: { pool }, value: use[member] }));
  return [
    gauge('database_connections', 'Connections to PostgreSQL', connections),
    gauge('database_connections_most', 'Maximum number of connections', of('most')),
    gauge('database_waiting_queries', 'Queries waiting for a connection', of('waiting')),
  ];
}

/** The lag is missing for a server that is configured as a replica but follows no primary. */
function ofReplicas(replicas: readonly ReplicaState[]): Metric[] {
  if (replicas.length === 0) return [];
  const of = (value: (replica: ReplicaState) => number | undefined): Sample[] =>
    replicas.flatMap((replica) => {
      const known = value(replica);
      return known === undefined ? [] : [{ labels: { replica: replica.name }, value: known }];
    });
  return [
    gauge(
      'replica_trusted',
      'Whether the replica answers reads',
      of(({ fault }) => (fault === undefined ? 1 : 0)),
    ),
    gauge(
      'replica_lag_seconds',
      'How far it is behind the primary',
      of(({ lagMs }) => lagMs && lagMs / 1000),
    ),
    counter(
      'replica_reads_total',
      'Statements that it answered',
      of(({ answered }) => answered),
    ),
  ];
}

function gauge(name: string, help: string, given: number | Sample[]): Metric {
  return { name: `alzette_broker_${name}`, type: 'gauge', help, samples: samplesOf(given) };
}

function counter(name: string, help: string, given: number | Sample[]): Metric {
  return { name: `alzette_broker_${name}`, type: 'counter', help, samples: samplesOf(given) };
}

function histogram(name: string, help: string, given: Histogram): Metric {
  return { name: `alzette_broker_${name}`, type: 'histogram', help, samples: given.samples() };
}

function samplesOf(given: number | Sample[]): readonly Sample[] {
  return typeof given === 'number' ? [{ value: given }] : given;
}
