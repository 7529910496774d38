import type { Cost, Measurement } from '../load/measurement.ts';
import type { Bar } from './chart.ts';
import type { MeasuredRow } from './measure-rows.ts';
import type { Goal } from './rows.ts';

const SHOWN: { readonly [of in Goal['of']]: string } = {
  bare: 'bare route',
  batched: 'grouped',
  raw: 'pgbench',
};

/** The maximum, as a multiple of the bare route. */
const MAX_P99 = 3;

/** The rates as a Markdown table, and the latencies as another. */
export function rowTables(measured: readonly MeasuredRow[]): string {
  return [
    '| operation, per second | ours | bare route | bare, grouped | pgbench | must | is | stretch | is |',
    '| --- | --: | --: | --: | --: | --- | --: | --- | --: |',
    ...measured.map((entry) => {
      const { row, ours, bare, batched, raw } = entry;
      const cells = [ours, bare, batched, raw].map((measurement) => rate(measurement));
      return line([row.name, ...cells, ...verdict(entry, row.must), ...verdict(entry, row.stretch)]);
    }),
    '',
    'Latencies at 8 connections; the p99 must be at most 3 times that of the bare route, 2 times is the stretch goal.',
    '',
    '| milliseconds | ours p50 | p95 | p99 | bare p50 | p95 | p99 | p99 ÷ p99 | errors |',
    '| --- | --: | --: | --: | --: | --: | --: | --: | --: |',
    ...measured.map(({ row, ours, oursFew, bareFew }) => {
      const times = [oursFew, bareFew].flatMap(({ p50, p95, p99 }) => [p50, p95, p99]).map((ms) => ms.toFixed(1));
      const ratio = oursFew.p99 / bareFew.p99;
      return line([row.name, ...times, emphasised(ratio, ratio <= MAX_P99), ours.errors + oursFew.errors]);
    }),
    '',
  ].join('\n');
}

/** The bars of the rows in the chart. */
export function bars(measured: readonly MeasuredRow[]): Bar[] {
  return measured.map((entry) => {
    const { must, stretch, name } = entry.row;
    const goal = rateOf(entry, must.of) * must.times;
    return { name, reached: entry.ours.perSecond / goal, stretch: (rateOf(entry, stretch.of) * stretch.times) / goal };
  });
}

/** A figure with its own goal. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Absent: no goal. */
  readonly must?: number;
  readonly stretch?: number;
  /** Whether lower is better. */
  readonly isCeiling?: boolean;
  readonly cost?: Cost;
}

/** Describes the missed goals. */
export function missed(measured: readonly MeasuredRow[], figures: readonly Figure[]): string[] {
  const rows = measured.flatMap((entry) => {
    const { row, ours, oursFew, bareFew } = entry;
    const ratio = entry.ours.perSecond / rateOf(entry, row.must.of);
    const errors = ours.errors + oursFew.errors;
    return [
      ...(ratio >= row.must.times ? [] : [`${row.name}: ${ratio.toFixed(2)} × ${SHOWN[row.must.of]}`]),
      ...(oursFew.p99 <= MAX_P99 * bareFew.p99 ? [] : [`${row.name}: p99 ${(oursFew.p99 / bareFew.p99).toFixed(2)} ×`]),
      ...(errors === 0 ? [] : [`${row.name}: ${errors} errors`]),
    ];
  });
  const others = figures.filter((figure) => figure.must !== undefined && !isReached(figure));
  return [...rows, ...others.map(({ name, value, unit }) => `${name}: ${value.toFixed(1)} ${unit}`)];
}

function isReached({ value, must, isCeiling = false }: Figure): boolean {
  return must !== undefined && (isCeiling ? value <= must : value >= must);
}

export function figureTable(figures: readonly Figure[]): string {
  return [
    '| figure | is | must | stretch |',
    '| --- | --: | --: | --: |',
    ...figures.map((figure) => {
      const { name, value, unit, must, stretch, isCeiling = false } = figure;
      const sign = isCeiling ? '≤' : '≥';
      const shown = `${value < 100 ? value.toFixed(1) : Math.round(value).toLocaleString('en')} ${unit}`.trimEnd();
      const goal = (number: number | undefined) =>
        number === undefined ? '' : `${sign} ${number.toLocaleString('en')}`;
      return line([name, emphasised(shown, isReached(figure)), goal(must), goal(stretch)]);
    }),
    '',
  ].join('\n');
}

/** The CPU costs as a Markdown table. */
export function costTable(measured: readonly MeasuredRow[], figures: readonly Figure[]): string {
  const cells = (cost: Cost | undefined) =>
    cost === undefined
      ? ['', '', '']
      : [Math.round(cost.program), Math.round(cost.database), `${Math.round(cost.idle * 100)} %`];
  return [
    '| CPU µs | broker | PostgreSQL | idle | bare route | PostgreSQL | idle |',
    '| --- | --: | --: | --: | --: | --: | --: |',
    ...measured.map(({ row, ours, bare }) => line([row.name, ...cells(ours.cost), ...cells(bare.cost)])),
    ...figures
      .filter(({ cost }) => cost !== undefined)
      .map(({ name, cost }) => line([name, ...cells(cost), ...cells(undefined)])),
    '',
  ].join('\n');
}

function line(cells: readonly (string | number)[]): string {
  return `| ${cells.join(' | ')} |`;
}

function verdict(entry: MeasuredRow, { of, times }: Goal): [string, string] {
  const ratio = entry.ours.perSecond / rateOf(entry, of);
  return [`≥ ${times} × ${SHOWN[of]}`, emphasised(ratio, ratio >= times)];
}

function rateOf(entry: MeasuredRow, of: Goal['of']): number {
  return entry[of]?.perSecond ?? Number.NaN;
}

/** Bold if the goal is reached. */
function emphasised(value: number | string, isReached: boolean): string {
  const text = typeof value === 'number' ? value.toFixed(2) : value;
  return isReached ? `**${text}**` : text;
}

function rate(measurement: Measurement | undefined): string {
  return measurement === undefined ? '' : Math.round(measurement.perSecond).toLocaleString('en');
}
