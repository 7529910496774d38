import { setTimeout as sleep } from 'node:timers/promises';
import { readStrategy, type Site, type Strategy } from '@alzette/lighting';
import { type Entity, type NgsiLdClient, NgsiLdClientError } from '@alzette/ngsi-ld-schemas';
import { planeOf, seededRandom, type Territory } from '@alzette/territory';
import { connectAsync, type MqttClient } from 'mqtt';
import type { Logger } from 'pino';
import type { Demo, DemoOptions } from '../../platform/src/demo-folder.ts';
import { untilAnswered } from '../../platform/src/until-answered.ts';
import { INITIAL, TWO_THRESHOLDS } from '../lighting/strategies.ts';
import { type Clock, startClock } from './clock.ts';
import { readLampOrder } from './downlinks.ts';
import { emptiedAt, staticEntities } from './entities.ts';
import { assembleEveryday, type Everyday } from './everyday/everyday.ts';
import { startPublishers } from './everyday/publishers.ts';
import { assembleFleet, type Fleet } from './fleet.ts';
import { type Message, readTtnDownlinks, TTN_DOWNLINKS } from './networks.ts';
import { type PastMonth, writePastMonth } from './past-month.ts';
import { placeAssets } from './places.ts';
import { demoProfiles } from './profiles.ts';
import { lightingProgramme, type Programme } from './programme.ts';
import { simulateDevice } from './simulated-device.ts';

const ASK_AGAIN_MS = 5000;
const TICK_MS = 250;
const PAST_AFTER_MS = 12_000;
const BATCH = 250;
/** The maximum number of ids in a query. */
const FEW = 60;
/**
 * The strategies of the lighting service's demo: half the light from 21:00 to 5:30 in every other commune, and two
 * thresholds in the others.
 */
const STRATEGIES = [INITIAL, TWO_THRESHOLDS].map(({ document }) => readStrategy(document));
/** The programme of a lamp without a strategy. */
const FULL = readStrategy({ name: 'full', programme: { level: 1 }, driverLosses: 0.08 });
/** Answers may begin before the last downlink is sent. */
const ANSWERS_WITHIN_MS = 3_000;

/**
 * Creates the demo territory's entities. Then, in the background, registers its devices and simulates them over MQTT
 * until closed.
 */
export async function startDevices(options: DemoOptions): Promise<Demo> {
  const { client, territory, context, logger } = options;
  const clock = startClock(options.speed);
  const places = placeAssets(territory);
  const programmeFor = programmesOf(territory);
  const communeAt = (slug: string) => territory.communes.findIndex((commune) => commune.slug === slug);
  const scopeOf = (slug: string) => territory.communes[communeAt(slug)]?.scope.slice(1) ?? slug;
  const programmeOf = (slug: string) =>
    programmeFor(STRATEGIES[communeAt(slug) % STRATEGIES.length] as Strategy, scopeOf(slug));
  const fleet = assembleFleet(places, programmeOf, options.speed, scopeOf);
  await untilAnswered(() => restoreStrategies(fleet, options, programmeFor, scopeOf, clock.now()), logger);

  const everyday = assembleEveryday(territory, options.speed);
  const entities = [...staticEntities(territory, places, fleet.containers, clock.now()), ...everyday.entities];
  await untilAnswered(() => createMissing(client, context, entities), logger);

  const takeDownlink = lampDownlinks(fleet, programmeFor, scopeOf, clock);
  const simulation = simulate({ fleet, everyday, clock, takeDownlink }, options).catch((error: unknown) => {
    logger.error({ err: error }, 'the devices of the demo could not be simulated');
  });

  const past = new AbortController();
  let writing: Promise<void> | undefined;

  return {
    lamps: places.lamps.length,
    cabinets: places.cabinets.length,
    containers: places.containers.length,
    isSimulated: simulation.then(() => {}),
    writePast() {
      writing ??= writePast({ ...fleet, programmeOf }, everyday, options, past.signal);
      return writing;
    },
    async close() {
      past.abort();
      await writing;
      const end = await simulation;
      await end?.();
    },
  };
}

interface Simulated {
  readonly fleet: Fleet;
  readonly everyday: Everyday;
  readonly clock: Clock;
  readonly takeDownlink: ReturnType<typeof lampDownlinks>;
}

/** @returns a function that ends it */
async function simulate(
  { fleet, everyday, clock, takeDownlink }: Simulated,
  options: DemoOptions,
): Promise<() => Promise<void>> {
  const { territory, logger } = options;
  const publishers = await startPublishers(territory);
  options.trust(publishers.origin);
  const provided = {
    profiles: [...(await demoProfiles()), ...(await everyday.profiles())],
    devices: [...fleet.devices, ...everyday.devices],
    sources: publishers.sources,
  };
  await untilAnswered(() => options.provision(provided), logger);
  const mqtt = await connectAsync(options.mqttUrl, {
    clientId: `alzette-demo-${process.pid}`,
    queueQoSZero: false,
    ...options.mqttCredential,
  });
  mqtt.on('error', (error) => logger.warn({ err: error }, 'the demo lost its MQTT connection'));

  mqtt.on('message', (topic, payload) => {
    for (const { delayMs, message } of takeDownlink(topic, payload, logger)) {
      setTimeout(() => {
        if (mqtt.connected) mqtt.publish(message.topic, message.payload);
      }, delayMs).unref();
    }
  });
  subscribeToDownlinks(mqtt, logger);

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

  return async () => {
    clearInterval(timer);
    await mqtt.endAsync();
    await publishers.close();
  };
}

/** Retries if refused: the demo continues without commands while the broker is busy. */
function subscribeToDownlinks(mqtt: MqttClient, logger: Logger): void {
  mqtt.subscribeAsync(TTN_DOWNLINKS).catch((error) => {
    if (mqtt.disconnecting) return;
    logger.warn({ err: error }, 'the demo can not subscribe to downlinks; will retry');
    setTimeout(subscribeToDownlinks, ASK_AGAIN_MS, mqtt, logger).unref();
  });
}

type ProgrammeFor = (strategy: Strategy, commune: string) => Programme;

/** Programmes by strategy and commune, so that equal lamps share one. */
function programmesOf(territory: Territory): ProgrammeFor {
  const site = siteOf(territory);
  const known = new Map<string, Programme>();
  return (strategy, zone) => {
    const { name: _, ...does } = strategy;
    const key = `${zone} ${JSON.stringify(does)}`;
    const programme = known.get(key) ?? lightingProgramme({ strategy, site, zone });
    known.set(key, programme);
    return programme;
  };
}

/** Lamps keep the strategy they had before a restart. */
async function restoreStrategies(
  { lamps, programmes }: Fleet,
  { strategies, territory }: DemoOptions,
  programmeFor: ProgrammeFor,
  scopeOf: (slug: string) => string,
  at: number,
): Promise<void> {
  const running = await strategies(siteOf(territory));
  const changeable = [...programmes.values()];
  for (const [i, { place }] of lamps.entries()) {
    const strategy = running.get(place.id);
    if (strategy) changeable[i]?.follow(programmeFor(strategy, scopeOf(place.commune)), at);
  }
}

/** Applies downlinks to lamps, and simulates the network server's events. */
function lampDownlinks(
  { lamps, programmes }: Fleet,
  programmeFor: ProgrammeFor,
  scopeOf: (slug: string) => string,
  clock: Clock,
) {
  const communes = new Map([...programmes.keys()].map((id, i) => [id, scopeOf(lamps[i]?.place.commune ?? '')]));
  return function* (topic: string, payload: Buffer, logger: Logger): Generator<{ delayMs: number; message: Message }> {
    for (const downlink of readTtnDownlinks(topic, payload)) {
      const programme = programmes.get(downlink.deviceId);
      if (programme === undefined) continue;
      try {
        const order = readLampOrder(downlink.payload);
        const at = clock.now();
        if (order.kind === 'level') programme.override(order.level, at);
        else if (order.kind === 'programme') programme.override(undefined, at);
        else {
          const commune = communes.get(downlink.deviceId) ?? '';
          programme.follow(programmeFor(order.strategy ?? FULL, commune), at);
        }
      } catch (error) {
        logger.warn({ err: error, device: downlink.deviceId }, 'a lamp of the demo did not understand a downlink');
        continue;
      }
      yield { delayMs: Math.random() * ANSWERS_WITHIN_MS, message: downlink.acknowledged(new Date()) };
    }
  };
}

/** Runs after the start in the background, because nothing waits for the history. */
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

/** Existing attributes written by devices stay unchanged. */
async function createMissing(client: NgsiLdClient, context: string, entities: Entity[]): Promise<void> {
  const byType = Map.groupBy(entities, (entity) => String(entity.type));
  const found = await Promise.all(
    [...byType].map(async ([type, ours]) => {
      // For types that services also use, only our own entities are checked.
      const only = ours.length <= FEW ? { id: ours.map(({ id }) => id) } : {};
      const { count = 0 } = await client.queryEntities({ type, ...only, limit: 1, count: true, context });
      return count < ours.length ? ours : [];
    }),
  );
  const missing = found.flat();
  for (let i = 0; i < missing.length; i += BATCH) {
    const { errors } = await client.batchUpsert(missing.slice(i, i + BATCH), { update: true, context });
    const [first] = errors;
    if (first) {
      const detail = `the demo's entity ${first.entityId} was refused: ${first.error.detail}`;
      throw new NgsiLdClientError(first.error.status ?? 400, { ...first.error, detail });
    }
  }
}

/** The simulated collection service reports to the broker itself when its lorry has emptied a container. */
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
        .catch((error: unknown) => logger.warn({ err: error }, 'the demo could not report an emptied container'));
    }
  };
}

function siteOf({ bbox: [west, south, east, north], timeZone }: Territory): Site {
  return { latitude: (south + north) / 2, longitude: (west + east) / 2, timeZone };
}
