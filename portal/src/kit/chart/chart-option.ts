import type { BarSeriesOption, LineSeriesOption } from 'echarts/charts';
import type { Appearance } from '../../theme/palette.ts';
import { digitsOver, withoutRepeats } from './axis.ts';
import { chartInks, markColours, seriesColour } from './chart-colours.ts';
import { type Mark, SIGNS } from './marks.ts';
import type { Series } from './series.ts';
import { wholeOf } from './zoom.ts';

interface ChartTexts {
  /** @param digits at most so many after the point; default: as many as values have in texts */
  number(value: number, digits?: number): string;
  dateTime(at: number): string;
  /** A label of the time axis, which is so long. */
  time(at: number, lengthMs: number): string;
}

export interface ChartRange {
  readonly from?: number;
  readonly to?: number;
}

type SeriesOption = LineSeriesOption | BarSeriesOption;

/** Series of different units have their own axes, at most two; further units share the second. */
const MAX_AXES = 2;

/** Room below and above the data, as a share of its range. */
const GAP = 0.08;

/** The ECharts options for these series. */
export function chartOption(
  series: readonly Series[],
  range: ChartRange,
  appearance: Appearance,
  texts: ChartTexts,
  marks: readonly Mark[] = [],
) {
  const inks = chartInks(appearance);
  const units = [...new Set(series.map(({ unit = '' }) => unit))];
  const axisOf = ({ unit = '' }: Series): number => Math.min(units.indexOf(unit), MAX_AXES - 1);
  const whole = wholeOf(series, range);
  const length = whole ? whole[1] - whole[0] : 0;
  const label = { color: inks.text, fontFamily: '"Figtree Variable", sans-serif' };

  return {
    animation: false,
    textStyle: label,
    color: series.map((_each, index) => seriesColour(index, appearance)),
    // To the right there is room for half of the last label of the time axis.
    grid: { left: 8, right: 24, top: series.length > 1 ? 40 : 24, bottom: 8, containLabel: true },
    ...(series.length > 1 && {
      legend: { top: 0, left: 0, itemWidth: 18, textStyle: label, data: series.map(({ name }) => name) },
    }),
    tooltip: {
      trigger: 'axis' as const,
      confine: true,
      backgroundColor: inks.ground,
      borderColor: inks.line,
      textStyle: label,
      renderMode: 'richText' as const,
      formatter: (shown: unknown) => tooltipText(shown, series, texts),
    },
    xAxis: {
      type: 'time' as const,
      min: range.from,
      max: range.to,
      axisLine: { lineStyle: { color: inks.line } },
      axisLabel: { ...label, hideOverlap: true, formatter: withoutRepeats((at) => texts.time(at, length)) },
      splitLine: { show: false },
    },
    yAxis: units.slice(0, MAX_AXES).map((unit, index) => {
      const values = series.filter((each) => axisOf(each) === index).flatMap(valuesOf);
      const digits = digitsOver(values);
      return {
        type: 'value' as const,
        name: unit,
        nameTextStyle: label,
        position: index === 0 ? ('left' as const) : ('right' as const),
        scale: series.every(({ kind }) => kind !== 'bar'),
        min: lowestOf,
        boundaryGap: [`${GAP * 100}%`, `${GAP * 100}%`] as [string, string],
        splitNumber: 4,
        // Counts have no half labels.
        ...(values.every(Number.isInteger) && { minInterval: 1 }),
        axisLabel: { ...label, formatter: (value: number) => texts.number(value, digits) },
        splitLine: { show: index === 0, lineStyle: { color: inks.line } },
      };
    }),
    series: [
      ...series.flatMap((each, index): SeriesOption[] => drawn(each, axisOf(each), seriesColour(index, appearance))),
      ...(marks.length > 0 ? [marked(marks, appearance)] : []),
    ],
  };
}

function valuesOf({ points, band = [] }: Series): number[] {
  return [...points.flatMap(([, value]) => value ?? []), ...band.flatMap(([, low, high]) => [low, high])];
}

/** Lines across the chart. Alarms and events differ in their sign, not only in their colour. */
function marked(marks: readonly Mark[], appearance: Appearance): LineSeriesOption {
  const colours = markColours(appearance);
  return {
    type: 'line',
    data: [],
    silent: true,
    markLine: {
      silent: true,
      symbol: 'none',
      data: marks.map(({ at, kind }) => ({
        xAxis: at,
        lineStyle: {
          color: colours[kind],
          type: kind === 'alarm' ? ('solid' as const) : ('dotted' as const),
          width: 1.5,
        },
        label: { formatter: SIGNS[kind], color: colours[kind], distance: 2 },
      })),
    },
  };
}

/** No room below zero for data without negative values; null: ECharts decides. */
function lowestOf({ min, max }: { readonly min: number; readonly max: number }): number | null {
  return min >= 0 && min < GAP * (max - min) ? 0 : null;
}

function drawn(
  { name, points, band, kind = 'line', goesOn = false }: Series,
  yAxisIndex: number,
  colour: string,
): SeriesOption[] {
  const data = points.map(([at, value]) => [at, value]);
  const last = data.length - 1;
  const shared = { name, yAxisIndex, data };
  if (kind === 'bar') {
    const pale = { borderRadius: [3, 3, 0, 0], opacity: 0.45 };
    return [
      {
        ...shared,
        type: 'bar' as const,
        data: data.map((value, at) => (goesOn && at === last ? { value, itemStyle: pale } : { value })),
        itemStyle: { borderRadius: [3, 3, 0, 0] },
      },
    ];
  }
  const line = {
    ...shared,
    type: 'line' as const,
    showSymbol: points.length < 40,
    symbolSize: 5,
    lineStyle: { width: 2 },
    ...(kind === 'step' && { step: 'end' as const }),
  };
  const lines = goesOn
    ? [
        { ...line, data: data.slice(0, last) },
        {
          ...line,
          data: data.slice(-2),
          color: colour,
          showSymbol: true,
          lineStyle: { width: 2, type: 'dashed' as const },
        },
      ]
    : [line];
  return band === undefined ? lines : [...bandOf(name, band, yAxisIndex, colour), ...lines];
}

/** Two invisible stacked lines with the area between them. */
function bandOf(name: string, band: NonNullable<Series['band']>, yAxisIndex: number, colour: string) {
  const hidden = {
    type: 'line' as const,
    yAxisIndex,
    stack: `band ${name}`,
    stackStrategy: 'all' as const,
    symbol: 'none',
    silent: true,
    lineStyle: { opacity: 0 },
    tooltip: { show: false },
  };
  return [
    { ...hidden, name: `${name} min`, data: band.map(([at, low]) => [at, low]) },
    {
      ...hidden,
      name: `${name} max`,
      data: band.map(([at, low, high]) => [at, high - low]),
      areaStyle: { color: colour, opacity: 0.16 },
    },
  ];
}

function tooltipText(shown: unknown, series: readonly Series[], texts: ChartTexts): string {
  const parts = Array.isArray(shown) ? shown : [shown];
  const at = Number(parts[0]?.value?.[0]);
  const lines = parts.flatMap(({ seriesName, value }: { seriesName: string; value: [number, number | null] }) => {
    const known = series.find(({ name }) => name === seriesName);
    if (!known || value[1] === null || value[1] === undefined) return [];
    return [`${seriesName}: ${texts.number(value[1])}${known.unit ? ` ${known.unit}` : ''}`];
  });
  // A point at which a dashed line begins is in two lines.
  return [Number.isFinite(at) ? texts.dateTime(at) : '', ...new Set(lines)].join('\n');
}
