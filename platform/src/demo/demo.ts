import { setTimeout as sleep } from 'node:timers/promises';
import type { Device, DeviceProfile } from '@alzette/iot-agents';
import type { Entity, NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import { planeOf, seededRandom, type Territory } from '@alzette/territory';
import { connectAsync } from 'mqtt';
import type { Logger } from 'pino';
import { startClock } from './clock.ts';
import { emptiedAt, staticEntities } from './entities.ts';
import { assembleEveryday, type Everyday } from './everyday/everyday.ts';
import { assembleFleet, type Fleet } from './fleet.ts';
import { type PastMonth, writePastMonth } from './past-month.ts';
import { placeAssets } from './places.ts';
import { demoProfiles } from './profiles.ts';
import { type Dim, lightingProgramme, type Programme } from './programme.ts';
import { simulateDevice } from './simulated-device.ts';

interface DemoOptions {
  readonly client: NgsiLdClient;
  readonly provision: (profiles: DeviceProfile[], devices: Device[]) => Promise<void>;
  /** Where the simulated network servers publish. */
  readonly mqttUrl: string;
  readonly mqttCredential?: { readonly username: string; readonly password: string };
  /** URL of the territory's @context. */
  readonly context: string;
  readonly territory: Territory;
  /** 1 is real time; at 120 a night passes in minutes. */
  readonly speed: number;
  readonly logger: Logger;
}

export interface Demo {
  readonly lamps: number;
  readonly cabinets: number;
  readonly containers: number;
  close(): Promise<void>;
}

const TICK_MS = 250;
const PAST_AFTER_MS = 20_000;
const BATCH = 250;
/** So many ids may stand in a query. */
const FEW = 60;
/**
 * Half the light from 21:00 to 5:30 in every other commune, and two thresholds in the rest: the strategies that the
 * lighting service gives them in its demo.
 */
const LIGHTING: readonly (readonly Dim[])[] = [
  [{ from: 21, until: 5.5, level: 0.5 }],
  [
    { from: 21, until: 5.5, level: 0.5 },
    { from: 23, until: 5, level: 0.3 },
  ],
];
/** The first night of 2026: energy counters run from there. */
const FIRST_DAY = Math.floor(Date.UTC(2026, 0, 1) / 86_400_000);

/** Creates the demo territory's entities, makes its devices known and lets them send, over MQTT, until closed. */
export async function startDemo(options: DemoOptions): Promise<Demo> {
  const { client, territory, context, logger } = options;
  const clock = startClock(options.speed);
  const places = placeAssets(territory);
  const programmes = LIGHTING.map((dims) =>
    lightingProgramme({ ...middleOf(territory), dims, twilightMinutes: 0, firstDay: FIRST_DAY }),
  );
  const programmeOf = (commune: string) => {
    const at = territory.communes.findIndex(({ slug }) => slug === commune);
    return programmes[at % programmes.length] as Programme;
  };
  const fleet = assembleFleet(places, programmeOf, options.speed);

  const everyday = assembleEveryday(territory, options.speed);
  const entities = [...staticEntities(territory, places, fleet.containers, clock.now()), ...everyday.entities];
  await createMissing(client, context, entities);
  await options.provision(
    [...(await demoProfiles()), ...(await everyday.profiles())],
    [...fleet.devices, ...everyday.devices],
  );
  const mqtt = await connectAsync(options.mqttUrl, {
    clientId: `alzette-demo-${process.pid}`,
    queueQoSZero: false,
    ...options.mqttCredential,
  });
  mqtt.on('error', (error) => logger.warn({ err: error }, 'the demo lost its MQTT connection'));

  const random = seededRandom('demo');
  const plane = planeOf(territory);
  const devices = [...fleet.behaviours, ...everyday.behaviours].map((behaviour) =>
    simulateDevice(behaviour, plane, Date.now(), random),
  );
  const rounds = watchRounds(fleet, options, clock.now());
  const timer = setInterval(() => {
    if (!mqtt.connected) return;
    const [real, at] = [Date.now(), clock.now()];
    for (const device of devices) {
      const message = device.tick(real, at);
      if (message) mqtt.publish(message.topic, message.payload);
    }
    rounds(at);
  }, TICK_MS);

  const past = new AbortController();
  const writing = writePast({ ...fleet, programmeOf }, everyday, options, past.signal);

  return {
    lamps: places.lamps.length,
    cabinets: places.cabinets.length,
    containers: places.containers.length,
    async close() {
      clearInterval(timer);
      past.abort();
      await writing;
      await mqtt.endAsync();
    },
  };
}

/** After the start, and behind it: nobody waits for the past. */
async function writePast(
  month: PastMonth,
  everyday: Everyday,
  { client, context, logger }: DemoOptions,
  signal: AbortSignal,
): Promise<void> {
  try {
    await sleep(PAST_AFTER_MS, undefined, { signal, ref: false });
    const now = Date.now();
    await createMissing(client, context, everyday.later(now));
    await writePastMonth({ ...month, others: everyday.past(now) }, { client, context, now, signal });
  } catch (error) {
    if (!signal.aborted) logger.warn({ err: error }, 'the past month of the demo could not be written');
  }
}

/** Attributes that devices have written since stay as they are. */
async function createMissing(client: NgsiLdClient, context: string, entities: Entity[]): Promise<void> {
  const missing: Entity[] = [];
  for (const type of new Set(entities.map((entity) => String(entity.type)))) {
    const ours = entities.filter((entity) => entity.type === type);
    // Of types that services have too, some are not enough.
    const only = ours.length <= FEW ? { id: ours.map(({ id }) => id) } : {};
    const { count } = await client.queryEntities({ type, ...only, limit: 1, count: true, context });
    if (count === undefined || count < ours.length) missing.push(...ours);
  }
  for (let i = 0; i < missing.length; i += BATCH) {
    const { errors } = await client.batchUpsert(missing.slice(i, i + BATCH), { update: true, context });
    const [first] = errors;
    if (first) throw new Error(`the demo's entity ${first.entityId} was refused: ${first.error.detail}`);
  }
}

/** The collection service tells the broker itself when its lorry has emptied a container. */
function watchRounds({ containers }: Fleet, { client, context, speed, logger }: DemoOptions, start: number) {
  const seen = new Map(containers.map((container) => [container, emptiedAt(container, start)]));
  return (at: number) => {
    for (const container of containers) {
      const emptied = emptiedAt(container, at);
      if (emptied === seen.get(container)) continue;
      seen.set(container, emptied);
      const value = speed === 1 ? emptied : new Date().toISOString();
      client
        .mergeEntity(container.place.id, { dateLastEmptying: { type: 'Property', value } }, { context })
        .catch((error: unknown) => logger.warn({ err: error }, 'the demo could not tell of an emptied container'));
    }
  };
}

function middleOf({ bbox: [west, south, east, north] }: Territory): { latitude: number; longitude: number } {
  return { latitude: (south + north) / 2, longitude: (west + east) / 2 };
}
