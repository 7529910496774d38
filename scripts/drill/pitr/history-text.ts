import { type MeasuredSeries, tenthsAt } from './measured-series.ts';

/*
 * Creates rows of the history in the text format of COPY, in the order of time. They equal those of the write lane and of the
 * job that computes the sums.
 */

const MINUTE_MS = 60_000;
const QUARTER_MS = 15 * MINUTE_MS;
const CHUNK_LENGTH = 1 << 20;

export const INSTANCE_COLUMNS = 'tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number';
export const SUM_COLUMNS = 'tenant, entity_id, attribute, dataset_id, start, observed, count, sum, sumsq, min, max';

/** Times in milliseconds since 1970. */
export interface Period {
  readonly from: number;
  readonly to: number;
}

/** Counts the created rows. */
export interface Counter {
  rows: number;
}

/** The measurements of a period. @param firstNumber the `n` of the first row; absent: the rows have no column `n` */
export function* instanceRows(
  series: readonly MeasuredSeries[],
  { from, to }: Period,
  counter: Counter,
  firstNumber?: number,
): Generator<string> {
  const heads = series.map(({ entityId, attribute }) => `\t${entityId}\t${attribute}\t\tattributeUpdated\t`);
  let chunk = '';
  for (let at = from; at < to; at += QUARTER_MS) {
    const time = new Date(at).toISOString();
    const observed = `, "observedAt": "${time}"}`;
    for (let nth = 0; nth < series.length; nth++) {
      const each = series[nth] as MeasuredSeries;
      if (at % (each.everyMinutes * MINUTE_MS) !== 0) continue;
      const value = tenthsAt(each, at) / 10;
      const instance = `{${each.members}, "value": ${value}${observed}`;
      chunk += `${heads[nth]}${time}\t${time}\t${instance}\t${value}${firstNumber === undefined ? '' : `\t${firstNumber + counter.rows}`}\n`;
      counter.rows += 1;
      if (chunk.length > CHUNK_LENGTH) {
        yield chunk;
        chunk = '';
      }
    }
  }
  if (chunk !== '') yield chunk;
}

/** The sums of a period by hour or day, equal to those of its measurements. */
export function* sumRows(
  series: readonly MeasuredSeries[],
  { from, to }: Period,
  unitMs: number,
  counter: Counter,
): Generator<string> {
  const heads = series.map(({ entityId, attribute }) => `\t${entityId}\t${attribute}\t\t`);
  let chunk = '';
  for (let start = from; start < to; start += unitMs) {
    const time = `${new Date(start).toISOString()}\tt\t`;
    for (let nth = 0; nth < series.length; nth++) {
      chunk += `${heads[nth]}${time}${sumOf(series[nth] as MeasuredSeries, start, start + unitMs)}\n`;
      counter.rows += 1;
      if (chunk.length > CHUNK_LENGTH) {
        yield chunk;
        chunk = '';
      }
    }
  }
  if (chunk !== '') yield chunk;
}

/** count, sum, sum of squares, minimum, maximum. */
function sumOf(series: MeasuredSeries, from: number, to: number): string {
  let [count, sum, squares, least, most] = [0, 0, 0, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (let at = from; at < to; at += series.everyMinutes * MINUTE_MS) {
    const tenths = tenthsAt(series, at);
    count += 1;
    sum += tenths;
    squares += tenths * tenths;
    if (tenths < least) least = tenths;
    if (tenths > most) most = tenths;
  }
  return `${count}\t${sum / 10}\t${squares / 100}\t${least / 10}\t${most / 10}`;
}
