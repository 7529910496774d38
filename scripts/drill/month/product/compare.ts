import { setTimeout as pause } from 'node:timers/promises';
import { lettersOf, reportTables } from './letters.ts';
import type { Lived } from './live.ts';
import {
  BUILDING,
  DAY_MS,
  HOUR_MS,
  HOURLY,
  instant,
  isHoliday,
  iso,
  isWorkday,
  LAMPS,
  LATE,
  METERS,
  meterOf,
  priceOf,
  type Series,
  STATION,
} from './measured.ts';
import { KEPT, RECIPIENTS, REPORT_DAYS, WIDGETS } from './prepare.ts';
import type { SimulatedProduct } from './simulated-product.ts';

const SUMMED_WITHIN_MS = 120_000;
/** Nights are stored as single-precision numbers. */
const TOLERANCE = 1e-4;

const SUMS = (unit: 'hour' | 'day') => `
  SELECT extract(epoch FROM start)::float8 * 1000 AS start, sum(count)::float8 AS count, sum(sum)::float8 AS sum
  FROM history_${unit} WHERE entity_id = $1 AND attribute ~ ('[/#]' || $2 || '$') GROUP BY 1`;
const RAW = `
  SELECT count(*)::int AS count, sum(number)::float8 AS sum, extract(epoch FROM min(at))::float8 * 1000 AS first
  FROM history WHERE entity_id = $1 AND attribute ~ ('[/#]' || $2 || '$') AND number IS NOT NULL`;
const NIGHTS = `
  SELECT night::text AS night, lamp, measured::float8 + by_day::float8 AS wh FROM lighting.lamp_night`;
const RAISED = `
  SELECT rule, extract(epoch FROM at)::float8 * 1000 AS at FROM alarms.journal JOIN rules.alarm ON urn = record
  WHERE act = 'raise'`;

interface Compared {
  readonly compared: ReadonlyMap<string, number>;
  readonly faults: readonly string[];
  readonly repeated: number;
}

/** Counts what was compared, and notes what differs. */
class Comparison {
  readonly counts = new Map<string, number>();
  readonly faults: string[] = [];

  check(of: string, what: string, got: number | undefined | null, expected: number, tolerance = 1e-9): void {
    this.counts.set(of, (this.counts.get(of) ?? 0) + 1);
    if (typeof got !== 'number' || !(Math.abs(got - expected) <= tolerance * Math.max(1, Math.abs(expected))))
      this.faults.push(`${of}: ${what}: got ${got}, expected ${expected}`);
  }
}

export async function compareAll(product: SimulatedProduct, days: readonly string[], lived: Lived): Promise<Compared> {
  await summed(product);
  const result = new Comparison();
  const from = instant(days[0] as string, '00:00');
  for (const series of [...HOURLY, ...LATE]) await compareHistory(product, result, series, from, lived);
  await compareBuilding(product, result, days, lived);
  await compareNights(product, result, days);
  const alarms = await compareAlarms(product, result, days);
  const repeated = compareLetters(product, result, { days, from, alarms });
  return { compared: result.counts, faults: result.faults, repeated };
}

/** Waits until the sums of the history are complete. */
async function summed({ ask }: SimulatedProduct): Promise<void> {
  const deadline = performance.now() + SUMMED_WITHIN_MS;
  for (;;) {
    const { rollups } = await ask<{ rollups: { watermark: number; last: number; corrections: number } }>(
      'GET',
      '/ops/history',
    );
    if (rollups.watermark >= rollups.last && rollups.corrections === 0) return;
    if (performance.now() > deadline) throw new Error(`not summed: ${JSON.stringify(rollups)}`);
    await pause(200);
  }
}

/** The raw values that are kept, and the sums of hours and days of all that were measured. */
async function compareHistory(
  { rows }: SimulatedProduct,
  result: Comparison,
  { entity, attribute, measure }: Series,
  from: number,
  { hours, retainedAt }: Lived,
): Promise<void> {
  const kept: { rawDays: number; hourDays: number } | undefined = KEPT[attribute as keyof typeof KEPT];
  const cutoff = (limit: number | undefined) =>
    limit === undefined ? 0 : Math.floor(retainedAt / DAY_MS) * DAY_MS - limit * DAY_MS;
  const values = Array.from({ length: hours }, (_, hour) => ({ at: from + hour * HOUR_MS, value: measure(hour) }));
  const sumOf = (some: typeof values) => some.reduce((sum, { value }) => sum + value, 0);
  const name = `${attribute} of ${entity}`;
  const [raw] = await rows<{ count: number; sum: number; first: number }>(RAW, [entity, attribute]);
  const left = values.filter(({ at }) => at >= cutoff(kept?.rawDays));
  result.check('raw values', `count of ${name}`, raw?.count, left.length);
  result.check('raw values', `sum of ${name}`, raw?.sum, sumOf(left));
  result.check('raw values', `first of ${name}`, raw?.first, left[0]?.at ?? 0);
  for (const [unit, ms, limit] of [
    ['hour', HOUR_MS, kept?.hourDays],
    ['day', DAY_MS, undefined],
  ] as const) {
    const expected = Map.groupBy(values, ({ at }) => Math.floor(at / ms) * ms);
    for (const start of expected.keys()) if (start < cutoff(limit)) expected.delete(start);
    const stored = await rows<{ start: number; count: number; sum: number }>(SUMS(unit), [entity, attribute]);
    result.check(`sums of ${unit}s`, `number for ${name}`, stored.length, expected.size);
    for (const { start, count, sum } of stored) {
      const own = expected.get(start) ?? [];
      result.check(`sums of ${unit}s`, `count of ${iso(start)} of ${name}`, count, own.length);
      result.check(`sums of ${unit}s`, `sum of ${iso(start)} of ${name}`, sum, sumOf(own));
    }
  }
}

const hourOf = (from: number, at: number) => Math.round((at - from) / HOUR_MS);
const seriesOf = (entity: string) => HOURLY.find((each) => each.entity === entity) as Series;

/** What the page of the building shows: its days and its bills. */
async function compareBuilding(
  { ask }: SimulatedProduct,
  result: Comparison,
  days: readonly string[],
  { bills }: Lived,
): Promise<void> {
  const from = instant(days[0] as string, '00:00');
  const { meters, billed } = await ask<{
    meters: { meter: string; days: [string, number][] }[];
    billed: number;
  }>('GET', `/energy/buildings/${encodeURIComponent(BUILDING)}`);
  for (const kind of METERS) {
    const id = meterOf(kind);
    const { measure } = seriesOf(id);
    const own = new Map(meters.find(({ meter }) => meter === id)?.days);
    for (const [n, day] of days.slice(0, -1).entries()) {
      const [begin, end] = [day, days[n + 1] as string].map((each) => hourOf(from, instant(each, '00:00')));
      const expected = measure(end as number) - measure(begin as number);
      result.check('days of meters', `${kind} on ${day}`, own.get(day), expected);
    }
  }
  const prices = Array.from({ length: bills }, (_, n) => priceOf(n));
  result.check(
    'bills',
    'billed this year',
    billed,
    prices.reduce((sum, price) => sum + price, 0),
  );
}

/** Each night is from noon to noon. That before the first reading and the last one are not whole. */
async function compareNights({ rows }: SimulatedProduct, result: Comparison, days: readonly string[]): Promise<void> {
  const from = instant(days[0] as string, '00:00');
  const stored = await rows<{ night: string; lamp: string; wh: number }>(NIGHTS);
  for (const lamp of LAMPS) {
    const { measure } = seriesOf(lamp);
    for (const [n, night] of days.slice(0, -1).entries()) {
      const [begin, end] = [night, days[n + 1] as string].map((each) => hourOf(from, instant(each, '12:00')));
      const expected = (measure(end as number) - measure(begin as number)) * 1000;
      const own = stored.filter((row) => row.night === night && row.lamp === lamp);
      result.check(
        'nights of lamps',
        `${lamp} on ${night}, Wh`,
        own.length === 1 ? own[0]?.wh : undefined,
        expected,
        TOLERANCE,
      );
    }
  }
}

/** @returns how many alarms of each rule there must be */
async function compareAlarms(
  { rows }: SimulatedProduct,
  result: Comparison,
  days: readonly string[],
): Promise<{ work: number; holiday: number }> {
  const expected = {
    work: days.filter((day) => isWorkday(day) && !isHoliday(day)).map((day) => instant(day, '17:30')),
    holiday: days.filter(isHoliday).flatMap((day) => [instant(day, '07:30'), instant(day, '17:30')]),
  };
  const raised = await rows<{ rule: string; at: number }>(RAISED);
  for (const [rule, times] of Object.entries(expected)) {
    const own = raised.filter((each) => each.rule === `urn:ngsi-ld:Rule:${rule}`).map(({ at }) => at);
    result.check('alarms', `number of ${rule}`, own.length, times.length);
    for (const at of times)
      result.check('alarms', `${rule} at ${iso(at)}`, own.filter((each) => each === at).length, 1);
  }
  return { work: expected.work.length, holiday: expected.holiday.length };
}

/** @returns how many letters came again, under their id */
function compareLetters(
  { letters }: SimulatedProduct,
  result: Comparison,
  {
    days,
    from,
    alarms,
  }: { readonly days: readonly string[]; readonly from: number; readonly alarms: { work: number; holiday: number } },
): number {
  const reportDays = days.filter((day) => REPORT_DAYS.includes(Number(day.slice(8))));
  for (const to of RECIPIENTS) {
    for (const [rule, count] of Object.entries(alarms))
      result.check('letters', `alarms ${rule} to ${to}`, lettersOf(letters, to, `Alarm ${rule}`).size, count);
    for (const day of REPORT_DAYS) {
      const count = reportDays.filter((each) => Number(each.slice(8)) === day).length;
      result.check('letters', `reports of day ${day} to ${to}`, lettersOf(letters, to, `Day ${day} `).size, count);
    }
  }
  const ids = new Set(letters.map(({ to, messageId }) => `${to} ${messageId}`));
  const wanted = (alarms.work + alarms.holiday + reportDays.length) * RECIPIENTS.length;
  result.check('letters', 'all', ids.size, wanted);
  compareReport(letters, result, days, from);
  return letters.length - ids.size;
}

/** The report about the month, which came on the first of the next one. */
function compareReport(
  letters: SimulatedProduct['letters'],
  result: Comparison,
  days: readonly string[],
  from: number,
): void {
  const next = days.find((day, n) => n > 0 && day.endsWith('-01'));
  if (next === undefined) return;
  const end = hourOf(from, instant(next, '00:00'));
  const month = (days[0] as string).slice(0, 7);
  for (const to of RECIPIENTS) {
    const [letter] = lettersOf(letters, to, `Day 1 – ${month}`).values();
    const tables = reportTables(letter?.text ?? '', Object.keys(WIDGETS));
    const measured = seriesOf(STATION);
    const sum = Array.from({ length: end }, (_, hour) => measured.measure(hour)).reduce((all, each) => all + each, 0);
    result.check('report', `temperatures, to ${to}`, tables.get(`Temperatures ${STATION}`), sum);
    for (const kind of METERS) {
      const { measure } = seriesOf(meterOf(kind));
      result.check(
        'report',
        `${kind}, to ${to}`,
        tables.get(`Consumption ${meterOf(kind)}`),
        measure(end - 1) - measure(0),
      );
    }
  }
}
