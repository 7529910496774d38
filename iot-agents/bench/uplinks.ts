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
 * Uplinks per second from MQTT (QoS 1, acknowledged after commit) to the client's upsert, each codec kind against a client
 * that does nothing and, with BROKER=on, against our broker in the same process. DATABASE_URL names a PostgreSQL; unset:
 * the embedded database. DEVICES and FRAMES size it. Prints the median of three runs.
 */
const DEVICES = Number(process.env.DEVICES ?? 1_000);
const FRAMES = Number(process.env.FRAMES ?? 20);
const RUNS = 3;
const url = process.env.DATABASE_URL;

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

const nothing: NgsiLdClient = {
  createEntity: async () => undefined,
  retrieveEntity: async () => undefined,
  queryEntities: async () => ({ entities: [] }),
  mergeEntity: async () => undefined,
  deleteEntity: async () => undefined,
  batchCreate: async () => ({ success: [], errors: [] }),
  batchUpsert: async () => ({ success: [], errors: [] }),
  upsertTemporal: async () => undefined,
  createSubscription: async () => '',
  deleteSubscription: async () => undefined,
};

let measured = 0;
const db = await openDatabase(url === undefined ? {} : { url });
await migrate(db, migrationsFolder, 'iot-agents');
const broker =
  process.env.BROKER === 'on'
    ? await createBroker({ db, publicUrl: 'http://127.0.0.1:1026', offline: true })
    : undefined;
const context = 'http://127.0.0.1:1026/contexts/territory/v1.jsonld';
console.log(
  `${cpus().length} × ${cpus()[0]?.model}, ${db.kind}, ${DEVICES} devices × ${FRAMES} frames, sender on the same machine`,
);
for (const [name, codec] of [
  ['decoded by the network server', undefined],
  ['QuickJS codec', CODEC],
] as const) {
  for (const [target, client] of [
    ['nothing', nothing],
    ...(broker ? [['our broker', broker.client] as const] : []),
  ] as const) {
    const rates: number[] = [];
    for (let run = 0; run < RUNS; run++) rates.push(await measure(client, codec));
    rates.sort((a, b) => a - b);
    console.log(`${name} → ${target}: ${Math.round(rates[1] ?? 0)} uplinks/s (${rates.map(Math.round).join(', ')})`);
  }
}
await broker?.close();
await db.close();

async function measure(client: NgsiLdClient, codec: string | undefined): Promise<number> {
  await db.query({ text: 'TRUNCATE iot.device_progress, iot.inbox' });
  const agents = await startIotAgents({ db, client, context, host: '127.0.0.1', mqttPort: 0 });
  const id = codec === undefined ? 'bench-decoded' : 'bench-codec';
  const devices = Array.from({ length: DEVICES }, (_, n) => ({
    devEui: n.toString(16).padStart(16, '0'),
    profile: id,
    asset: `urn:ngsi-ld:Streetlight:bench-${n}`,
  }));
  await agents.provision({ profiles: [profile(id, codec)], devices });
  // Later than the run before: what is late is not sent.
  const start = Date.now() - 86_400_000 + measured++ * 3_600_000;
  const begun = performance.now();
  const sender = spawn(
    process.execPath,
    [fileURLToPath(new URL('./sender.ts', import.meta.url)), ...[agents.mqttPort, DEVICES, FRAMES, start].map(String)],
    { stdio: 'inherit' },
  );
  await once(sender, 'exit');
  while (agents.counters().delivered < DEVICES * FRAMES) await sleep(5);
  const seconds = (performance.now() - begun) / 1000;
  await agents.close();
  return (DEVICES * FRAMES) / seconds;
}
