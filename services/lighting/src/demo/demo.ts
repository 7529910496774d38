import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { endedNight, refreshPark } from '../measure/night-jobs.ts';
import type { LightingParts } from '../parts.ts';
import { assign, openAssigned } from '../strategies/assignments.ts';
import { readStrategy, writeStrategy } from '../strategies/strategy.ts';
import { publishStrategy, strategyEntities } from '../strategies/strategy-entities.ts';
import { keepStrategy } from '../strategies/strategy-rows.ts';
import { daysAfter, daysBetween } from '../sun/local-time.ts';
import { INITIAL, TWO_THRESHOLDS } from './demo-strategies.ts';
import { fillNights } from './past-nights.ts';

const TENANT = '';
const NIGHTS = 365;
const NIGHTS_AT_ONCE = 31;
const COUNT_NIGHTS = `SELECT count(*) AS nights FROM lighting.zone_night WHERE tenant = $1 AND kind = 'all'`;
const LOOK_EVERY_MS = 2_000;

/**
 * The demo's lighting: its first strategy in every other commune, that with two thresholds in the rest, and a year of
 * measured nights behind it. The nights are made in the background, month by month, the latest first.
 */
export async function putDemo(parts: LightingParts, logger: Logger): Promise<(() => Promise<void>) | undefined> {
  const { rows } = await parts.db.query<{ nights: number }>({ text: COUNT_NIGHTS, values: [TENANT] });
  if ((rows[0]?.nights ?? 0) >= NIGHTS) return undefined;
  const stop = new AbortController();
  const filling = fillPast(parts, stop.signal).catch((cause: unknown) => {
    if (!stop.signal.aborted) logger.error({ err: cause }, 'the past nights of the demo could not be made');
  });
  return async () => {
    stop.abort();
    await filling;
  };
}

async function fillPast(parts: LightingParts, signal: AbortSignal): Promise<void> {
  const { db, site } = parts;
  const { night: last } = endedNight(parts, Date.now());
  const first = daysAfter(last, 1 - NIGHTS);
  await putStrategies(parts, first);
  await refreshPark(parts, TENANT);
  // The lamps of the demo may come after us.
  while ((await countLamps(parts)) === 0) {
    await sleep(LOOK_EVERY_MS, undefined, { signal });
    await refreshPark(parts, TENANT);
  }
  const strategies = await openAssigned(db, TENANT, site);
  const nights = daysBetween(first, last);
  for (let end = nights.length; end > 0; end -= NIGHTS_AT_ONCE) {
    signal.throwIfAborted();
    const month = nights.slice(Math.max(0, end - NIGHTS_AT_ONCE), end);
    await fillNights(db, TENANT, { nights: month, all: [first, last], strategies });
  }
}

async function putStrategies({ db, client, context, territory }: LightingParts, first: string): Promise<void> {
  for (const { id, document } of [INITIAL, TWO_THRESHOLDS]) {
    const strategy = readStrategy(document);
    const { row } = await keepStrategy(db, TENANT, { id, document: writeStrategy(strategy), author: 'demo' });
    await publishStrategy(client, { tenant: TENANT, context }, strategyEntities(id, row.version, strategy));
  }
  for (const [i, { scope }] of territory.communes.entries()) {
    const { id } = i % 2 === 0 ? INITIAL : TWO_THRESHOLDS;
    const given = { kind: 'commune', zone: scope.slice(1), from: first, strategy: id, version: 1 } as const;
    await assign(db, TENANT, given);
  }
}

async function countLamps({ db }: LightingParts): Promise<number> {
  const text = `SELECT count(*) AS lamps FROM lighting.lamp WHERE tenant = $1`;
  return (await db.query<{ lamps: number }>({ text, values: [TENANT] })).rows[0]?.lamps ?? 0;
}
