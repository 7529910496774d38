import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { chirpStackUplink } from '../../../iot-agents/test/support/uplinks.ts';
import { until } from '../../postgres-server.ts';
import { freePort } from '../../programs.ts';
import { brokerProcess } from '../broker-process.ts';
import { entityOf, provision } from '../measures.ts';
import type { CitusLab } from './citus-drill.ts';
import { ask as askNode } from './cluster.ts';
import { ask } from './tenant-flow.ts';
import { portOf } from './worker-loss.ts';

/** On each node. */
const TENANTS = 6;
const EVERY_MS = 40;
const CALM_MS = 4_000;
const AWAY_MS = 20_000;
/** For six seconds the broker looks for a write whose answer was lost when the worker crashed, and others wait behind it. */
const LATEST_MS = 10_000;
const ALL_WITHIN_S = 60;

/** A device that sends 1, 2, 3 and so on. */
interface Sender {
  readonly tenant: string;
  readonly entity: string;
  /** When each number was acknowledged, by `performance.now()`. */
  readonly sentAt: number[];
  /** The longest time until a number that was acknowledged was the entity's value, in ms. */
  latest: number;
  stop(): Promise<void>;
}

/**
 * A worker crashes and is away for 20 s while a LoRaWAN and a FIWARE device of each tenant send by MQTT. Those of tenants elsewhere
 * must not be held up; what was acknowledged is in the history when the worker is back, each number once.
 */
export async function runUplinksWhileAway(lab: CitusLab): Promise<boolean> {
  const { cluster, say } = lab;
  const [worker] = cluster.workers;
  if (worker === undefined) throw new Error('There is no worker');
  const folder = await mkdtemp(join(tmpdir(), 'alzette-citus-'));
  const mqttPort = await freePort();
  const settings = { ACCESS: 'open', DEMO: 'off', OFFLINE: 'on', MQTT_PORT: String(mqttPort), MQTT_ANONYMOUS: 'on' };
  const product = brokerProcess(
    await freePort(),
    { DATABASE_URL: cluster.coordinator.url, DATA_DIR: folder, ...settings },
    { isProduct: true },
  );
  const clients: MqttClient[] = [];
  try {
    await product.start();
    const onWorker = await tenantsOf(lab, Number(new URL(worker.url).port), true);
    const elsewhere = await tenantsOf(lab, Number(new URL(worker.url).port), false);
    const tenants = [...onWorker, ...elsewhere];
    await provisionAll(product.url, tenants);
    const connect = async () => {
      const client = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`);
      clients.push(client);
      return client;
    };
    const senders = (await Promise.all(tenants.map((tenant, nth) => startSenders(connect, tenant, nth)))).flat();
    const own = senders.filter(({ tenant }) => onWorker.includes(tenant));
    const others = senders.filter(({ tenant }) => elsewhere.includes(tenant));
    const stopWatching = watch(product.url, others);
    await pause(CALM_MS);
    await worker.crash();
    await pause(AWAY_MS);
    const [waiting] = await askNode<{ count: string }>(
      cluster.coordinator.url,
      'SELECT count(*) AS count FROM iot.inbox WHERE waits_for IS NOT NULL',
    );
    const held = Number(waiting?.count);
    await worker.restart();
    const back = performance.now();
    await pause(CALM_MS);
    await Promise.all(senders.map((sender) => sender.stop()));
    await stopWatching();
    const latest = Math.max(...others.map((sender) => sender.latest));
    const areAll = async () =>
      (await Promise.all(senders.map((each) => presentValue(product.url, each)))).every(isLast);
    const isLast = (value: number, nth: number) => value === senders[nth]?.sentAt.length;
    await until(areAll, 'all values are the last ones', ALL_WITHIN_S).catch((error: Error) =>
      say(`  ${error.message}`),
    );
    const seconds = (performance.now() - back) / 1000;
    const missing = (await Promise.all(senders.map((each) => missingOf(cluster.coordinator.url, each)))).flat();
    for (const line of missing.slice(0, 10)) say(`  ${line}`);
    const sent = (of: readonly Sender[]) => of.reduce((sum, { sentAt }) => sum + sentAt.length, 0);
    say(
      `  ${others.length} devices of tenants elsewhere: ${sent(others)} sent, the latest ${Math.round(latest)} ms late`,
    );
    say(
      `  ${own.length} of the worker: ${sent(own)} sent, ${held} put off when it came back, all written ` +
        `${seconds.toFixed(1)} s after that; ${missing.length} devices with wrong history`,
    );
    return own.length > 0 && others.length > 0 && latest <= LATEST_MS && held > 0 && missing.length === 0;
  } finally {
    await Promise.all(clients.map((client) => client.endAsync()));
    await product.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Tenants that lie on the worker, or elsewhere. */
async function tenantsOf(lab: CitusLab, port: number, isThere: boolean): Promise<string[]> {
  const found: string[] = [];
  for (let n = 0; found.length < TENANTS; n++) {
    const tenant = `uplink${n}`;
    if (((await portOf(lab, tenant)) === port) === isThere) found.push(tenant);
  }
  return found;
}

const devEuiOf = (nth: number) => `00000000000000${nth.toString(16).padStart(2, '0')}`;
const assetOf = (tenant: string) => `urn:ngsi-ld:Thing:${tenant}`;

async function provisionAll(url: string, tenants: readonly string[]): Promise<void> {
  const send = async (method: string, path: string, body: object) => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(url + path, { method, headers, body: JSON.stringify(body) });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
  };
  const attributes = [{ name: 'n', value: 'data.n' }];
  await send('PUT', '/iot/registry/profiles/numbered', {
    name: 'Numbered',
    entities: [{ type: 'Thing', id: 'device.asset', attributes }],
  });
  const devices = tenants.map((tenant, nth) => ({
    devEui: devEuiOf(nth),
    profile: 'numbered',
    asset: assetOf(tenant),
    tenant,
  }));
  await send('POST', '/iot/registry/devices', { devices });
  for (const tenant of tenants) await provision(url, ['d0'], tenant);
}

async function startSenders(connect: () => Promise<MqttClient>, tenant: string, nth: number): Promise<Sender[]> {
  const lorawan = (n: number): readonly [string, object] => {
    const { topic, body } = chirpStackUplink({ devEui: devEuiOf(nth), fCnt: n, decoded: { n } });
    return [topic, body];
  };
  const fiware = (n: number): readonly [string, object] => [`/json/${tenant}/d0/attrs`, { n }];
  return [
    startSender(await connect(), tenant, assetOf(tenant), lorawan),
    startSender(await connect(), tenant, entityOf('d0'), fiware),
  ];
}

function startSender(
  mqtt: MqttClient,
  tenant: string,
  entity: string,
  message: (n: number) => readonly [topic: string, body: object],
): Sender {
  let isOver = false;
  const sentAt: number[] = [];
  const running = (async () => {
    while (!isOver) {
      const [topic, body] = message(sentAt.length + 1);
      await mqtt.publishAsync(topic, JSON.stringify(body), { qos: 1 });
      sentAt.push(performance.now());
      await pause(EVERY_MS);
    }
  })();
  const stop = async () => {
    isOver = true;
    await running;
  };
  return { tenant, entity, sentAt, latest: 0, stop };
}

/** Notes how late values are. @returns what ends it */
function watch(url: string, senders: readonly Sender[]): () => Promise<void> {
  let isOver = false;
  const running = Promise.all(
    senders.map(async (sender) => {
      while (!isOver) {
        const value = await presentValue(url, sender);
        const next = sender.sentAt[value];
        if (next !== undefined) sender.latest = Math.max(sender.latest, performance.now() - next);
        await pause(250);
      }
    }),
  );
  return async () => {
    isOver = true;
    await running;
  };
}

/** 0: there is none. */
async function presentValue(url: string, { tenant, entity }: Sender): Promise<number> {
  const { status, text } = await ask(url, tenant, 'GET', `/entities/${entity}?options=keyValues`);
  if (status !== 200) return 0;
  const members = JSON.parse(text) as Record<string, unknown>;
  const name = Object.keys(members).find((each) => /(?:^|[/#:])n$/.test(each));
  return Number(members[name ?? ''] ?? 0);
}

async function missingOf(url: string, { tenant, entity, sentAt }: Sender): Promise<string[]> {
  const [row] = await askNode<{ count: string; numbers: string }>(
    url,
    `SELECT count(*) AS count, count(DISTINCT number) AS numbers FROM evolution
     WHERE tenant = '${tenant}' AND entity_id = '${entity}' AND number > 0`,
  );
  if (Number(row?.numbers) >= sentAt.length && Number(row?.count) === Number(row?.numbers)) return [];
  return [`${tenant} ${entity}: ${sentAt.length} sent, ${row?.count} rows of ${row?.numbers} numbers`];
}
