import { setTimeout as pause } from 'node:timers/promises';
import {
  BILL_EVERY_DAYS,
  BUILDING,
  HOUR_MS,
  HOURLY,
  instant,
  iso,
  LATE,
  LATE_DAYS,
  priceOf,
  type Series,
} from './measured.ts';
import { CONTAINER, REPORT_DAYS } from './prepare.ts';
import type { SimulatedProduct } from './simulated-product.ts';

/** Local times of a day: when jobs are due, when the container is full or emptied, and when late measures and bills come. */
const STOPS = ['00:35', '00:41', '06:00', '07:30', '07:45', '12:10', '12:17', '17:30', '17:45', '22:00'] as const;
/** At the first of two stops the product learns when its jobs are due next, at the second they are. */
const OF_NIGHTS: readonly string[] = ['12:10', '12:17'];
const OF_METERS: readonly string[] = ['00:35', '00:41'];
/** The days from one sum of the meters to the next, which sums all days. */
const METERS_EVERY_DAYS = 4;
const FULL: readonly string[] = ['07:30', '17:30'];
const EMPTIED: readonly string[] = ['07:45', '17:45'];
const JUST_AFTER_MS = 5_000;
/** Jobs with a time, which the drill waits for. */
const JOBS = ['lighting.nights', 'energy.meters', 'dashboards.send-report'];
/** A job whose process was killed begins again after this time at the latest. */
const SETTLED_WITHIN_MS = 180_000;
/** Where jobs are due, they begin within some seconds. */
const KILLED_WITHIN_MS = { ofJobs: 6_000, others: 400 };
const NOTICED_AFTER_MS = 120_000;
/** Each kill is at another stop. */
const STOPS_BETWEEN_KILLS = 3;

const UNSETTLED = `
  SELECT
    (SELECT count(*) FROM outbox) AS outbox,
    (SELECT count(*) FROM rules.inbox) AS inbox,
    (SELECT count(*) FROM rules.act) AS acts,
    (SELECT count(*) FROM alarms.due WHERE at <= now() + interval '2 minutes') AS due,
    (SELECT count(*) FROM channels.message WHERE state IN ('waiting', 'held')) AS messages,
    (SELECT count(*) FROM lighting.tenant WHERE fill_from IS NOT NULL) AS filling,
    (SELECT count(*) FROM kit.recurrence
      WHERE job = ANY ($1) AND (missed = 'once' OR $2) AND next_at <= now()) AS recurrences,
    (SELECT count(*) FROM jobs.job WHERE name = ANY ($1) AND state IN ('created', 'retry', 'active')) AS jobs`;

export interface Lived {
  readonly kills: number;
  /** The number of hours that were measured. */
  readonly hours: number;
  /** When data was last removed by retention. */
  readonly retainedAt: number;
  readonly bills: number;
}

/**
 * Lives through local days from stop to stop. Measures that are told twice have the same time.
 *
 * @param killEveryDays the days from one kill to the next. It is also killed when reports are due.
 */
export async function live(
  product: SimulatedProduct,
  days: readonly string[],
  killEveryDays: number,
  say: (text: string) => void,
): Promise<Lived> {
  const from = instant(days[0] as string, '00:00');
  let [kills, hours, lateHours, bills, retainedAt] = [0, 0, 0, 0, 0];
  for (const [n, day] of days.entries()) {
    for (const [nth, time] of STOPS.entries()) {
      const at = instant(day, time) + JUST_AFTER_MS;
      product.moveTo(at);
      const isOfMeters = n % METERS_EVERY_DAYS === 0 || n === days.length - 1;
      const isOfJobs = OF_NIGHTS.includes(time) || (isOfMeters && OF_METERS.includes(time)) || isReport(day, time);
      const isKilled = isReport(day, time) || ((n / killEveryDays) * STOPS_BETWEEN_KILLS) % STOPS.length === nth;
      kills += Number(isKilled);
      const within = isOfJobs ? KILLED_WITHIN_MS.ofJobs : KILLED_WITHIN_MS.others;
      const killing = isKilled ? pause(Math.random() * within).then(product.killAndStart) : Promise.resolve();
      for (; from + hours * HOUR_MS <= at; hours++) await tell(product, from, hours);
      const isFull = FULL.includes(time);
      if (isFull || EMPTIED.includes(time)) await fill(product, isFull ? 0.9 : 0.1, instant(day, time));
      if (time === '22:00') {
        const late = Math.max(lateHours, hours - LATE_DAYS * 24);
        await tellLate(product, from, lateHours, late);
        lateHours = late;
        if (n % BILL_EVERY_DAYS === 0) await bill(product, bills++, day);
        await product.ask('POST', '/ops/history/retention/runs', undefined, [409]);
        retainedAt = at;
      }
      await killing;
      // The queue of jobs learns by the time that has passed that a process was killed.
      if (isKilled) product.moveTo(at + NOTICED_AFTER_MS);
      await settled(product, isOfJobs);
    }
    say(`${day}: ${kills} kills, ${product.letters.length} letters`);
  }
  await tellLate(product, from, lateHours, hours);
  return { kills, hours, bills, retainedAt };
}

const isReport = (day: string, time: string) => time === '06:00' && REPORT_DAYS.includes(Number(day.slice(8)));

function measureOf({ entity, type, attribute, measure }: Series, from: number, hours: readonly number[]) {
  const instances = hours.map((hour) => {
    return { type: 'Property', value: measure(hour), observedAt: iso(from + hour * HOUR_MS) };
  });
  return { id: entity, type, [attribute]: instances.length === 1 ? instances[0] : instances };
}

/** The measures of an hour, of all entities at once. */
async function tell({ ask }: SimulatedProduct, from: number, hour: number): Promise<void> {
  const byEntity = Map.groupBy(HOURLY, ({ entity }) => entity);
  const entities = [...byEntity.values()].map((all) =>
    Object.assign({}, ...all.map((each) => measureOf(each, from, [hour]))),
  );
  await ask('POST', '/ngsi-ld/v1/entityOperations/upsert?options=update', entities);
}

async function tellLate({ ask }: SimulatedProduct, from: number, first: number, end: number): Promise<void> {
  const hours = Array.from({ length: end - first }, (_, n) => first + n);
  if (hours.length === 0) return;
  for (const each of LATE) await ask('POST', '/ngsi-ld/v1/temporal/entities', measureOf(each, from, hours));
}

async function fill({ ask }: SimulatedProduct, value: number, at: number): Promise<void> {
  const fillingLevel = { type: 'Property', value, observedAt: iso(at) };
  const entity = { id: CONTAINER, type: 'WasteContainer', fillingLevel };
  await ask('POST', '/ngsi-ld/v1/entityOperations/upsert?options=update', [entity]);
}

async function bill({ ask }: SimulatedProduct, n: number, day: string): Promise<void> {
  const property = (value: unknown) => ({ type: 'Property', value });
  const entity = {
    id: `urn:ngsi-ld:EnergyBill:${n}`,
    type: 'EnergyBill',
    refBuilding: { type: 'Relationship', object: BUILDING },
    energyKind: property('electricity'),
    periodStart: property(day),
    periodEnd: property(day),
    price: property(priceOf(n)),
  };
  for (const _ of [1, 2]) await ask('POST', '/ngsi-ld/v1/entityOperations/upsert?options=update', [entity]);
}

/** Waits until nothing is under way that time would not bring. @throws Error: something stays */
export async function settled({ rows, activity }: SimulatedProduct, areJobsDue: boolean): Promise<void> {
  const deadline = performance.now() + SETTLED_WITHIN_MS;
  for (;;) {
    const [left = {}] = await rows<{ readonly [what: string]: string }>(UNSETTLED, [JOBS, areJobsDue]);
    const open = Object.entries(left).filter(([, count]) => count !== '0');
    if (open.length === 0) return;
    if (performance.now() > deadline) throw new Error(`still under way: ${open.join(', ')}\n${await activity()}`);
    await pause(50);
  }
}
