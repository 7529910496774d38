import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { createBroker, migrate, openDatabase } from '@alzette/broker';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { DeviceProfile } from '../src/main.ts';
import { migrationsFolder, startIotAgents } from '../src/main.ts';

/*
 * Measures the messages per second from MQTT to entities committed with their history, with our broker in the same process, and
 * the duration of one message at 100 per second. LoRaWAN uplinks (ChirpStack, five attributes) are decoded by the network server
 * and by a QuickJS codec at QoS 1; IoTA-JSON measurements have one attribute, at QoS 0 and 1. DATABASE_URL is a PostgreSQL; unset:
 * the embedded database. MQTT_URL is used instead of the embedded MQTT broker. DEVICES, FRAMES, RUNS and PACED_SECONDS set the
 * size. BROKER=off delivers nothing. INBOX=always: measurements use the inbox as well. ONLY=json selects by name. Prints the
 * median of the runs.
 */
const DEVICES = Number(process.env.DEVICES ?? 1_000);
const FRAMES = Number(process.env.FRAMES ?? 20);
const RUNS = Number(process.env.RUNS ?? 3);
const PACED_SECONDS = Number(process.env.PACED_SECONDS ?? 15);
const { DATABASE_URL: url, MQTT_URL: mqttUrl, ONLY: only = '' } = process.env;
const APIKEY = 'bench';
/** Unique for this run: data of an earlier run must not make these measurements late. */
const RUN = Date.now().toString(36);

const CODEC = `function decodeUplink(input) {
  var b = input.bytes;
  return { data: { level: b[0] / 100, power: (b[1] << 8 | b[2]) / 100, temperature: b[3], energy: b[4] << 8 | b[5], status: 'ok' } };
}`;

function profile(id: string, codec?: string): DeviceProfile {
  return {
    id,
    name: id,
    ...(codec === undefined ? {} : { codec }),
    entities: [
      {
        type: 'Streetlight',
        id: 'device.asset',
        attributes: [
          { name: 'illuminanceLevel', value: 'data.level' },
          { name: 'powerState', value: "data.level > 0 ? 'on' : 'off'" },
          { name: 'powerConsumption', value: 'data.power', unitCode: 'WTT' },
          { name: 'lifetimePowerConsumption', value: 'data.energy', unitCode: 'KWH' },
          { name: 'status', value: 'data.status' },
        ],
      },
    ],
  };
}

interface Kind {
  readonly name: string;
  readonly message: 'uplink' | 'measure';
  readonly qos: 0 | 1;
  readonly profile: string;
  readonly codec?: string;
}

const KINDS: readonly Kind[] = [
  { name: 'LoRaWAN, decoded by the network server', message: 'uplink', qos: 1, profile: 'bench-decoded' },
  { name: 'LoRaWAN, QuickJS codec', message: 'uplink', qos: 1, profile: 'bench-codec', codec: CODEC },
  { name: 'IoTA-JSON, 1 attribute, QoS 1', message: 'measure', qos: 1, profile: 'bench-decoded' },
  { name: 'IoTA-JSON, 1 attribute, QoS 0', message: 'measure', qos: 0, profile: 'bench-decoded' },
];

const nothing: NgsiLdClient = {
  createEntity: async () => undefined,
  retrieveEntity: async () => undefined,
  queryEntities: async () => ({ entities: [] }),
  mergeEntity: async () => undefined,
  deleteEntity: async () => undefined,
  batchCreate: async () => ({ success: [], errors: [] }),
  batchUpsert: async () => ({ success: [], errors: [] }),
  upsertTemporal: async () => undefined,
  queryTemporal: async () => [],
  countSamples: async () => new Map(),
  createSubscription: async () => '',
  updateSubscription: async () => undefined,
  deleteSubscription: async () => undefined,
};

const db = await openDatabase(url === undefined ? {} : { url });
await migrate(db, migrationsFolder, 'iot-agents');
const broker =
  process.env.BROKER === 'off'
    ? undefined
    : await createBroker({ db, publicUrl: 'http://127.0.0.1:1026', offline: true });
const context = 'http://127.0.0.1:1026/contexts/territory/v1.jsonld';
/** Milliseconds from sending to commit, in the run at a constant rate. */
let latencies: number[] | undefined;
const target = broker?.client ?? nothing;
const client: NgsiLdClient = {
  ...target,
  async batchUpsert(entities, options) {
    const answer = await target.batchUpsert(entities, options);
    if (latencies !== undefined) {
      const now = Date.now();
      for (const entity of entities) {
        for (const member of Object.values(entity)) {
          if (typeof member !== 'object' || member === null || !('observedAt' in member)) continue;
          latencies.push(now - Date.parse(String(member.observedAt)));
          break;
        }
      }
    }
    return answer;
  },
};

console.log(
  `${cpus().length} × ${cpus()[0]?.model}, ${db.kind}, ${mqttUrl ? 'external' : 'embedded'} MQTT, ` +
    `${DEVICES} devices × ${FRAMES} messages, sender on the same machine, to ${broker ? 'our broker' : 'nobody'}`,
);
let runs = 0;
for (const kind of KINDS.filter(({ name }) => name.toLowerCase().includes(only.toLowerCase()))) {
  const agents = await startIotAgents({
    db,
    client,
    context,
    isBrokerNear: process.env.INBOX !== 'always',
    host: '127.0.0.1',
    ...(mqttUrl === undefined ? { mqttPort: 0 } : { mqttUrl, mqttClientId: `bench-${process.pid}` }),
  });
  await provision(agents, kind, `${RUN}-${KINDS.indexOf(kind)}`);
  const port = mqttUrl === undefined ? agents.mqttPort : Number(new URL(mqttUrl).port || 1883);
  await sleep(1_000); // subscribed
  const rates: number[] = [];
  /** Microseconds of this process for a message, in the last run. */
  let processor = 0;
  for (let run = 0; run < RUNS; run++) {
    const before = agents.counters().delivered;
    // Later than the previous run, because late messages are not sent.
    const start = Date.now() - 40 * 86_400_000 + runs * 3_600_000;
    const begun = performance.now();
    const cpu = process.cpuUsage();
    await send([port, DEVICES, FRAMES, start, kind.message, kind.qos, 0, runs++ * FRAMES]);
    while (agents.counters().delivered - before < DEVICES * FRAMES) await sleep(5);
    rates.push((DEVICES * FRAMES * 1000) / (performance.now() - begun));
    const { user, system } = process.cpuUsage(cpu);
    processor = (user + system) / (DEVICES * FRAMES);
  }
  rates.sort((a, b) => a - b);
  const median = rates[Math.floor(rates.length / 2)] ?? 0;
  latencies = [];
  await send([port, 100, PACED_SECONDS, 0, kind.message, kind.qos, 100, runs++ * FRAMES]);
  await sleep(500);
  const sorted = latencies.sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.floor(sorted.length * share)] ?? Number.NaN;
  latencies = undefined;
  console.log(
    `${kind.name}: ${Math.round(median)}/s (${rates.map(Math.round).join(', ')}), ` +
      `${processor.toFixed(1)} µs of our processor time each; ` +
      `at 100/s: median ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms of ${sorted.length}`,
  );
  await agents.close();
}
await broker?.close();
await db.close();

async function provision(agents: Awaited<ReturnType<typeof startIotAgents>>, kind: Kind, mark: string): Promise<void> {
  const devices = Array.from({ length: DEVICES }, (_, n) => ({
    devEui: n.toString(16).padStart(16, '0'),
    profile: kind.profile,
    asset: `urn:ngsi-ld:Streetlight:${mark}-${n}`,
  }));
  await agents.provision({ profiles: [profile(kind.profile, kind.codec)], devices });
  // On a database of an earlier run these frames would be duplicates, which count as delivered.
  await db.query({
    text: 'DELETE FROM iot.device_progress WHERE dev_eui = ANY($1::text[])',
    values: [devices.map(({ devEui }) => devEui)],
  });
  await db.query({
    text: `INSERT INTO iot.service_group (service, subservice, apikey, resource, document)
      VALUES ('', '/', $1, '/iot/json', $2::jsonb) ON CONFLICT DO NOTHING`,
    values: [
      APIKEY,
      JSON.stringify({
        entity_type: 'Streetlight',
        attributes: [{ object_id: 'p', name: 'powerConsumption', type: 'Number' }],
      }),
    ],
  });
  await db.query({
    text: `INSERT INTO iot.agent_device (service, subservice, apikey, device_id, document)
      SELECT '', '/', $1, 'm' || n, jsonb_build_object('entity_name', 'urn:ngsi-ld:Streetlight:' || $3::text || '-m' || n)
      FROM generate_series(0, $2::int - 1) AS n
      ON CONFLICT (service, subservice, apikey, device_id) DO UPDATE SET document = excluded.document`,
    values: [APIKEY, DEVICES, mark],
  });
}

async function send(values: readonly unknown[]): Promise<void> {
  const sender = spawn(
    process.execPath,
    [fileURLToPath(new URL('./sender.ts', import.meta.url)), ...values.map(String)],
    { stdio: 'inherit' },
  );
  await once(sender, 'exit');
}
