import { cpus, totalmem } from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { benchEntity, entityId, TYPE } from '../bench-entity.ts';
import { httpLoad } from '../load/http-load.ts';
import { STAMP } from '../load/load.ts';
import { notificationSink } from '../notification-sink/notification-sink.ts';
import { postJson, rest, seed } from '../seed.ts';
import { ownTarget, type TargetWithDatabase } from '../target.ts';
import { mqttMeasure } from '../workloads/mqtt-measure.ts';
import { Meter, type Resources } from './resources.ts';

/*
 * npm run bench -- capacity [--entities 20000] [--subscriptions 1000] [--seconds 5] [--connections 16]
 *
 * The resources of one entity, update, measurement, notification, subscription and read: CPU, memory, disk and WAL.
 * These are the figures of docs/capacity.md.
 */
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    entities: { type: 'string', default: '20000' },
    subscriptions: { type: 'string', default: '1000' },
    seconds: { type: 'string', default: '5' },
    connections: { type: 'string', default: '16' },
  },
});
const entities = Number(values.entities);
const subscriptions = Number(values.subscriptions);
const seconds = Number(values.seconds);
const connections = Number(values.connections);

const API = '/ngsi-ld/v1';
/** Time for garbage collection and background work after a load. */
const REST_MS = 5_000;

type Row = Resources & { readonly count: number };
const rows: (readonly [name: string, row: Row])[] = [];

function note(name: string, row: Row): void {
  rows.push([name, row]);
  console.error(`${name}: ${row.count}`);
}

const target = await ownTarget();
const meter = await Meter.open(target);
try {
  await measureAll(target);
} finally {
  await meter.close();
  await target.stop();
}
printTable();
process.exit();

async function measureAll({ url }: TargetWithDatabase): Promise<void> {
  await meter.rest(2 * REST_MS);
  const idle = await meter.read();
  const created = await meter.each(async () => {
    await seed({ url }, entities);
    await rest();
    return entities;
  });
  note('entity, created', created);

  const update = (n: number) => ({
    method: 'PATCH' as const,
    path: `${API}/entities/${entityId((n * 7919) % entities)}/attrs/power`,
    body: `{"value":${STAMP}}`,
  });
  const updates = async () => {
    const { answers } = await httpLoad({ url, connections, seconds, request: update });
    return answers;
  };
  await updates(); // warms up
  await meter.rest(2 * REST_MS);
  await meter.checkpoint();
  note('update of one attribute, with history', await meter.each(updates));
  note('the same, long after a checkpoint', await meter.each(updates));

  const measures = mqttMeasure(1);
  const settings = { connections, seconds, entities };
  await measures.prepare?.(target, settings);
  await measures.run(target, settings, 0);
  note('measure over MQTT, QoS 1', await meter.each(async () => (await measures.run(target, settings, 1)).answers));

  const sink = await notificationSink();
  const { headers } = await postJson(`${url}${API}/subscriptions`, {
    type: 'Subscription',
    entities: [{ type: TYPE }],
    watchedAttributes: ['power'],
    notification: { endpoint: { uri: `${sink.url}/0` } },
  });
  const notified = await meter.each(async () => {
    const answers = await updates();
    await sink.quiet();
    return answers;
  });
  note('update with one notification', notified);
  await fetch(`${url}${headers.get('location')}`, { method: 'DELETE' });
  await sink.close();

  await pause(REST_MS);
  const subscribed = await meter.each(async () => {
    await subscribe(url);
    await pause(REST_MS);
    return subscriptions;
  });
  note('subscription to one entity', subscribed);
  note(`update beside ${subscriptions} subscriptions to others`, await meter.each(updates));

  const reads = (path: (n: number) => string) => async () => {
    const request = (n: number) => ({ method: 'GET' as const, path: API + path(n) });
    return (await httpLoad({ url, connections, seconds, request })).answers;
  };
  note('retrieval of an entity', await meter.each(reads((n) => `/entities/${entityId((n * 7919) % entities)}`)));
  note('query of 20 by type', await meter.each(reads(() => `/entities?type=${TYPE}&limit=20`)));
  const street = (n: number) => `/entities?type=${TYPE}&q=street==%22Rue%20${n % 1000}%22&limit=20`;
  await reads(street)(); // until an index exists, if the adviser creates one
  note('query by an attribute', await meter.each(reads(street)));
  const end = await meter.read();
  const mib = (bytes: number) => (bytes / 2 ** 20).toFixed(0);
  console.log(`Memory of the program: ${mib(idle.memory)} MiB idle and empty, ${mib(end.memory)} MiB at the end\n`);
}

/** Each subscribes to one entity that is not updated. */
async function subscribe(url: string): Promise<void> {
  const waiting = Array.from({ length: subscriptions }, (_, n) => n);
  const work = async () => {
    for (let n = waiting.pop(); n !== undefined; n = waiting.pop()) {
      await postJson(`${url}${API}/subscriptions`, {
        type: 'Subscription',
        entities: [{ id: `${benchEntity(entities + n).id}`, type: TYPE }],
        watchedAttributes: ['temperature'],
        q: 'temperature>30',
        notification: { attributes: ['temperature'], endpoint: { uri: 'http://127.0.0.1:9/notify' } },
      });
    }
  };
  await Promise.all(Array.from({ length: 4 }, work));
}

function printTable(): void {
  const [cpu] = cpus();
  console.log(
    `${cpu?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}, PostgreSQL 17, fsync on`,
  );
  console.log(`${entities} entities of 1 KB, ${connections} connections, ${seconds} s for each\n`);
  console.log(
    '| one | counted | µs of ours | µs of PostgreSQL | bytes of log | bytes of entities | bytes of history and others | bytes of memory |',
  );
  console.log('| --- | --: | --: | --: | --: | --: | --: | --: |');
  const whole = (number: number) => Math.round(number).toLocaleString('en');
  for (const [name, row] of rows) {
    const { count, program, database, wal, entities: ofEntities, history, memory } = row;
    const cells = [count, program * 1e6, database * 1e6, wal, ofEntities, history, memory].map(whole);
    console.log(`| ${[name, ...cells].join(' | ')} |`);
  }
}
