import { setTimeout as sleep } from 'node:timers/promises';
import { connectAsync, type MqttClient } from 'mqtt';
import { type Counted, measurementOf } from '../load/measurement.ts';
import { postJson } from '../seed.ts';
import type { Target } from '../target.ts';
import type { Workload } from '../workload.ts';

const DEVICES = 500;
/** The maximum number of unacknowledged publications. */
const WINDOW = 1000;

const CODEC = `function decodeUplink(input) {
  var b = input.bytes;
  return { data: { on: b[0] > 0, level: b[0] / 100, power: ((b[1] << 8) | b[2]) / 10 } };
}`;

const PROFILE = {
  id: 'bench-lamp',
  name: 'Lamp of the benchmark',
  codec: CODEC,
  entities: [
    {
      type: 'Streetlight',
      id: 'device.asset',
      attributes: [
        { name: 'powerState', value: "data.on ? 'on' : 'off'" },
        { name: 'illuminanceLevel', value: 'data.level' },
        { name: 'powerConsumption', value: 'data.power', unitCode: 'WTT' },
      ],
    },
  ],
};

// Frame counters continue from run to run, because a repeated one would be dropped as a duplicate.
let frame = 0;

/**
 * ChirpStack uplinks over MQTT with QoS 1, decoded by a codec in its sandbox, until entities and history are committed:
 * the rate when they come as fast as they are acknowledged.
 */
export const uplinkToEntity: Workload = {
  name: 'uplink to entity, with codec',
  unit: 'uplinks',
  ownOnly: true,
  prepare: provision,
  async run(target, { seconds }) {
    const mqtt = await connectAsync(`mqtt://127.0.0.1:${target.mqttPort}`);
    const before = await delivered(target);
    const start = performance.now();
    const end = start + seconds * 1000;
    let sent = 0;
    while (performance.now() < end) {
      await Promise.all(Array.from({ length: WINDOW }, () => publish(mqtt, sent++ % DEVICES)));
    }
    while ((await delivered(target)) - before < sent && performance.now() < end + 30_000) await sleep(20);
    const took = (performance.now() - start) / 1000;
    await mqtt.endAsync();
    const missing = sent - ((await delivered(target)) - before);
    const answers = sent - missing;
    return { perSecond: answers / took, p50: Number.NaN, p95: Number.NaN, p99: Number.NaN, errors: missing, answers };
  },
};

const PER_SECOND = 100;

/** The time from the publication of an uplink to its change in the live feed, at 100 uplinks per second. */
export const uplinkLatency: Workload = {
  name: `uplink latency at ${PER_SECOND}/s`,
  unit: 'uplinks',
  ownOnly: true,
  prepare: provision,
  async run(target, { seconds }): Promise<Counted> {
    const mqtt = await connectAsync(`mqtt://127.0.0.1:${target.mqttPort}`);
    const abort = new AbortController();
    const context = `${target.url}/contexts/territory/v1.jsonld`;
    const feedUrl = `${target.url}/events?type=Streetlight&format=simplified&context=${encodeURIComponent(context)}`;
    const feed = await fetch(feedUrl, { signal: abort.signal });
    const sentAt = new Map<string, number>();
    const latencies: number[] = [];
    const following = follow(feed, (id) => {
      const sent = sentAt.get(id);
      if (sent === undefined) return;
      latencies.push(performance.now() - sent);
      sentAt.delete(id);
    });
    const total = PER_SECOND * seconds;
    const start = performance.now();
    for (let n = 0; n < total; n++) {
      const due = start + (n * 1000) / PER_SECOND - performance.now();
      if (due > 1) await sleep(due);
      const device = n % DEVICES;
      sentAt.set(assetOf(device), performance.now());
      void publish(mqtt, device);
    }
    for (let waited = 0; latencies.length < total && waited < 5000; waited += 50) await sleep(50);
    abort.abort();
    await following;
    await mqtt.endAsync();
    return measurementOf(latencies, seconds, total - latencies.length);
  },
};

async function follow(feed: Response, onEntity: (id: string) => void): Promise<void> {
  let rest = '';
  try {
    for await (const chunk of (feed.body as ReadableStream<Uint8Array>).pipeThrough(new TextDecoderStream())) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) {
        const entity = line.startsWith('data: ')
          ? (JSON.parse(line.slice(6)) as { entity?: { id: string } }).entity
          : undefined;
        if (entity !== undefined) onEntity(entity.id);
      }
    }
  } catch (error) {
    if (!(error instanceof Error && error.name === 'AbortError')) throw error;
  }
}

async function provision({ url }: Target): Promise<void> {
  const known = await fetch(`${url}/iot/registry/profiles/${PROFILE.id}`);
  if (known.ok) return;
  await postJson(`${url}/iot/registry/profiles`, PROFILE);
  for (let n = 0; n < DEVICES; n++) {
    await postJson(`${url}/iot/registry/devices`, { devEui: devEui(n), profile: PROFILE.id, asset: assetOf(n) });
  }
}

async function delivered({ url }: Target): Promise<number> {
  const about = (await (await fetch(`${url}/iot/about`)).json()) as { counters: { delivered: number } };
  return about.counters.delivered;
}

function devEui(device: number): string {
  return `70b3d5be${device.toString(16).padStart(8, '0')}`;
}

function assetOf(device: number): string {
  return `urn:ngsi-ld:Streetlight:bench-${device}`;
}

function publish(mqtt: MqttClient, device: number): Promise<unknown> {
  const counter = Math.floor(frame++ / DEVICES);
  const uplink = {
    deduplicationId: `bench-${frame}`,
    time: new Date().toISOString(),
    deviceInfo: { applicationId: 'bench', deviceName: `lamp-${device}`, devEui: devEui(device) },
    fCnt: counter,
    fPort: 1,
    confirmed: false,
    data: Buffer.of(frame % 101, device & 1, frame & 255).toString('base64'),
    rxInfo: [{ gatewayId: '0016c001f153a14d', rssi: -101, snr: 2.5 }],
    txInfo: { frequency: 868300000, modulation: { lora: { bandwidth: 125000, spreadingFactor: 9 } } },
  };
  const topic = `application/bench/device/${devEui(device)}/event/up`;
  return mqtt.publishAsync(topic, JSON.stringify(uplink), { qos: 1 });
}
