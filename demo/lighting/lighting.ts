import { setTimeout as sleep } from 'node:timers/promises';
import type { DemoContext, PartsOf } from '@alzette/kit/service';
import type { lighting } from '@alzette/lighting';
import { endedNight, refreshPark } from '../../services/lighting/src/measure/night-jobs.ts';
import { keepSettings, settingsDocument } from '../../services/lighting/src/measure/settings.ts';
import type { LightingParts } from '../../services/lighting/src/parts.ts';
import { assign, openAssigned } from '../../services/lighting/src/strategies/assignments.ts';
import { publishAndKeep } from '../../services/lighting/src/strategies/publish-strategy.ts';
import { readStrategy } from '../../services/lighting/src/strategies/strategy.ts';
import { daysAfter, daysBetween, type LocalDate } from '../../services/lighting/src/sun/local-time.ts';
import { tonight } from '../../services/lighting/src/sun/tonight.ts';
import { publishGroups } from '../../services/lighting/src/zones/zone-groups.ts';
import { fillNights } from './past-nights.ts';
import { INITIAL, TWO_THRESHOLDS } from './strategies.ts';

const TENANT = '';
const NIGHTS = 365;
/** The number of nights with data for each lamp. Earlier nights have zones only, which is faster to write. */
const NIGHTS_OF_LAMPS = 92;
/** Few, because the embedded database answers nobody else in the meantime. */
const NIGHTS_AT_ONCE = 8;
const COUNT_NIGHTS = `SELECT count(*) AS nights FROM lighting.zone_night WHERE tenant = $1 AND kind = 'all'`;
const LOOK_EVERY_MS = 2_000;
const SAME_LOOKS = 3;

/**
 * The demo's lighting: the initial strategy in every other commune, the one with two thresholds in the rest, and a year
 * of measured nights. The nights are created in the background, latest first.
 */
export async function putLighting(
  { firstUse, ...parts }: PartsOf<typeof lighting>,
  { tenant, logger }: DemoContext,
): Promise<(() => Promise<void>) | undefined> {
  await firstUse.beginDemo(tenant);
  const { rows } = await parts.db.query<{ nights: number }>({ text: COUNT_NIGHTS, values: [TENANT] });
  if ((rows[0]?.nights ?? 0) >= NIGHTS) return undefined;
  const { night: last } = endedNight(parts.siteOf(TENANT), Date.now());
  const first = daysAfter(last, 1 - NIGHTS);
  await putStrategies(parts, first);
  await putSettings(parts);
  const stop = new AbortController();
  const filling = fillPast(parts, [first, last], stop.signal).catch((cause: unknown) => {
    if (!stop.signal.aborted) logger.error({ err: cause }, 'could not create the past nights of the demo');
  });
  return async () => {
    stop.abort();
    await filling;
  };
}

async function fillPast(
  parts: LightingParts,
  [first, last]: readonly [first: LocalDate, last: LocalDate],
  signal: AbortSignal,
): Promise<void> {
  const { db } = parts;
  const site = parts.siteOf(TENANT);
  await allLamps(parts, signal);
  await publishGroups(parts, TENANT, tonight(site.timeZone));
  const strategies = await openAssigned(db, TENANT, site);
  const nights = daysBetween(first, last);
  const about = { all: [first, last] as const, strategies, timeZone: site.timeZone };
  const years = nights.slice(0, -NIGHTS_OF_LAMPS);
  for (const [some, lamps] of [[nights.slice(years.length), true] as const, [years, false] as const]) {
    for (let end = some.length; end > 0; end -= NIGHTS_AT_ONCE) {
      signal.throwIfAborted();
      await fillNights(db, TENANT, { ...about, nights: some.slice(Math.max(0, end - NIGHTS_AT_ONCE), end), lamps });
    }
  }
}

/** Rounded figures of INSEE's census, for kWh per inhabitant. An operator enters the real ones. */
const INHABITANTS: Readonly<Record<string, number>> = {
  Audun_le_Tiche: 7100,
  Aumetz: 2400,
  Boulange: 2500,
  Ottange: 2800,
  Redange: 1000,
  Russange: 1300,
  Thil: 1800,
  Villerupt: 9900,
};

async function putSettings({ db, territories }: LightingParts): Promise<void> {
  const zones = territories.of(TENANT).communes.map(({ scope }) => scope.slice(1));
  const known = zones.flatMap((zone) => (INHABITANTS[zone] === undefined ? [] : [[zone, INHABITANTS[zone]]]));
  const settings = await settingsDocument(db, TENANT);
  if (Object.keys(settings.inhabitants).length > 0 || known.length === 0) return;
  await keepSettings(db, TENANT, { ...settings, inhabitants: Object.fromEntries(known) });
}

async function putStrategies(parts: LightingParts, first: string): Promise<void> {
  const { db, client, territories } = parts;
  for (const { id, document } of [INITIAL, TWO_THRESHOLDS]) {
    const strategy = readStrategy(document);
    await publishAndKeep(parts, { client, tenant: TENANT }, { id, strategy, author: 'demo' });
  }
  for (const [i, { scope }] of territories.of(TENANT).communes.entries()) {
    const { id } = i % 2 === 0 ? INITIAL : TWO_THRESHOLDS;
    const given = { kind: 'commune', zone: scope.slice(1), from: first, strategy: id, version: 1 } as const;
    await assign(db, TENANT, given);
  }
}

/**
 * Waits until the lamps are there, which are created meanwhile in batches: until several looks find the same number. Nights
 * of the first batch alone would have no figures for the other communes.
 */
async function allLamps(parts: LightingParts, signal: AbortSignal): Promise<void> {
  let [lamps, looks] = [0, 0];
  while (lamps === 0 || looks < SAME_LOOKS) {
    if (looks > 0) await sleep(LOOK_EVERY_MS, undefined, { signal });
    await refreshPark(parts, TENANT);
    const found = await countLamps(parts);
    [lamps, looks] = [found, found === lamps ? looks + 1 : 1];
  }
}

async function countLamps({ db }: LightingParts): Promise<number> {
  const text = `SELECT count(*) AS lamps FROM lighting.lamp WHERE tenant = $1`;
  return (await db.query<{ lamps: number }>({ text, values: [TENANT] })).rows[0]?.lamps ?? 0;
}
