import {
  COLUMNS,
  type Dashboard,
  MAX_WIDGETS,
  type Question,
  type Thresholds,
  type Widget,
  type WidgetKind,
} from '@alzette/ngsi-ld-schemas/dashboards';
import { ForeignFileError, idOf, readJson } from './accounts.ts';
import { questionOfSql, typeOfTable, Untranslatable } from './read-sql.ts';

/* The members of a dashboard's JSON model that are read (*Share → Export*, or the API). */
interface GrafanaDashboard {
  readonly uid?: string;
  readonly title: string;
  readonly time?: { readonly from?: string };
  readonly templating?: { readonly list?: readonly { readonly name: string }[] };
  readonly panels?: readonly Panel[];
}

interface Panel {
  readonly type: string;
  readonly title?: string;
  readonly gridPos?: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
  readonly panels?: readonly Panel[];
  readonly targets?: readonly { readonly rawSql?: string; readonly expr?: string }[];
  readonly options?: { readonly mode?: string; readonly content?: string };
  readonly fieldConfig?: {
    readonly defaults?: {
      readonly unit?: string;
      readonly min?: number;
      readonly max?: number;
      readonly thresholds?: { readonly steps?: readonly { readonly color: string; readonly value: number | null }[] };
    };
  };
}

export interface TranslatedDashboard {
  readonly id: string;
  readonly dashboard: Dashboard;
  readonly notes: readonly string[];
}

const EXPECTED = "a dashboard's JSON model, with `title` and `panels`";
const KINDS: { readonly [panel: string]: WidgetKind } = {
  stat: 'number',
  singlestat: 'number',
  gauge: 'gauge',
  timeseries: 'series',
  graph: 'series',
  barchart: 'bar',
  bargauge: 'bar',
  piechart: 'bar',
  heatmap: 'heat',
  table: 'table',
  geomap: 'map',
  text: 'text',
  alertlist: 'alarms',
};
const UNITS: { readonly [unit: string]: string } = {
  celsius: '°C',
  watt: 'W',
  kwatt: 'kW',
  watth: 'Wh',
  kwatth: 'kWh',
  volt: 'V',
  amp: 'A',
  percent: '%',
  humidity: '%',
  lux: 'lx',
  dB: 'dB',
  currencyEUR: '€',
  litre: 'l',
  m3: 'm³',
};
/** A grid of 24 columns there, of `COLUMNS` here. */
const GRID = 24 / COLUMNS;
const HOURS: { readonly [unit: string]: number } = { m: 1 / 60, h: 1, d: 24, w: 168, M: 720, y: 8760 };

/**
 * Our dashboard with the panels that our questions can express, and what is left out.
 *
 * @param types types of tables, where they differ from the name of the table
 * @throws ForeignFileError: the file is no dashboard
 */
export function dashboardOfGrafana(text: string, types: ReadonlyMap<string, string>): TranslatedDashboard {
  const read = readJson(text, EXPECTED) as GrafanaDashboard & { dashboard?: GrafanaDashboard };
  const source = read?.dashboard ?? read;
  if (typeof source?.title !== 'string' || !Array.isArray(source.panels))
    throw new ForeignFileError('panels', typeof source?.panels, EXPECTED);
  const panels = source.panels
    .flatMap((panel) => [panel, ...(panel.panels ?? [])])
    .filter(({ type }) => type !== 'row');
  const notes: string[] = [];
  const widgets: Widget[] = [];
  for (const panel of panels) {
    try {
      if (widgets.length === MAX_WIDGETS) throw new Untranslatable(`a dashboard has at most ${MAX_WIDGETS} parts here`);
      widgets.push(widgetOf(panel, `p${widgets.length + 1}`, types));
    } catch (error) {
      if (!(error instanceof Untranslatable)) throw error;
      notes.push(`panel ${panel.title || panel.type}: ${error.message}`);
    }
  }
  for (const { name } of source.templating?.list ?? [])
    notes.push(`variable ${name}: the commune and the period are chosen at the top of each page here`);
  const dashboard = { title: source.title.slice(0, 200), roles: [], period: periodOf(source.time?.from), widgets };
  return { id: idOf(source.uid || source.title).slice(0, 40), dashboard, notes };
}

function widgetOf(panel: Panel, id: string, types: ReadonlyMap<string, string>): Widget {
  const { type, title = '', gridPos: { x, y, w, h } = { x: 0, y: 0, w: 12, h: 8 }, options } = panel;
  const kind = KINDS[type];
  if (kind === undefined) throw new Untranslatable(`a panel of the kind ${type}`);
  const left = Math.floor(x / GRID);
  const place = {
    x: left,
    y: Math.floor(y / 2),
    w: Math.min(COLUMNS - left, Math.max(1, Math.round(w / GRID))),
    h: Math.min(30, Math.max(1, Math.ceil(h / 2))),
  };
  const common = { id, kind, title: title.slice(0, 200), ...place };
  if (kind === 'alarms') return common;
  if (kind === 'text') {
    if (options?.mode === 'html') throw new Untranslatable('a text in HTML');
    return { ...common, text: (options?.content ?? '').slice(0, 5000) };
  }
  return { ...common, question: askedBy(panel, kind, types), ...appearanceOf(panel, kind) };
}

function askedBy({ targets = [] }: Panel, kind: WidgetKind, types: ReadonlyMap<string, string>): Question {
  const [target, ...others] = targets;
  if (others.length > 0) throw new Untranslatable(`${targets.length} queries in one panel: make a part for each`);
  if (target?.rawSql === undefined)
    throw new Untranslatable(`a query that is not SQL${target?.expr ? ': ' : ''}${target?.expr ?? ''}`);
  const typeOf = (table: string) => types.get(table.replaceAll('"', '')) ?? typeOfTable(table);
  // Our map counts by commune, where theirs draws a point for each row; the map of the portal has the points.
  if (kind === 'map') {
    const counted = target.rawSql.replace(/^\s*select .+? from /is, 'SELECT count(*) FROM ');
    return { ...questionOfSql(counted, typeOf), group: [{ by: 'scope', levels: 1 }] };
  }
  const question = questionOfSql(target.rawSql, typeOf);
  if (kind === 'number' || kind === 'gauge') {
    if (question.group) throw new Untranslatable('a number with groups');
  } else if ((kind === 'bar' || kind === 'table') && !question.group)
    throw new Untranslatable(`a ${kind} without groups`);
  if (kind === 'series' && question.over === undefined) throw new Untranslatable('a series without $__timeGroup');
  return question;
}

function appearanceOf({ fieldConfig }: Panel, kind: WidgetKind): Partial<Widget> {
  const { unit = '', min, max, thresholds } = fieldConfig?.defaults ?? {};
  const steps = thresholds?.steps ?? [];
  const limit = (color: RegExp) => steps.find((step) => step.value !== null && color.test(step.color))?.value;
  const [warning, alarm] = [limit(/orange|yellow/), limit(/red/)];
  const limits: Thresholds = { ...(warning != null && { warning }), ...(alarm != null && { alarm }) };
  return {
    ...(UNITS[unit] && { unit: UNITS[unit] }),
    ...(Object.keys(limits).length > 0 && { thresholds: limits }),
    ...(kind === 'gauge' && { from: min ?? 0, to: max ?? (unit === 'percentunit' ? 1 : 100) }),
  };
}

/** `now-6h` is the shortest period that contains it. */
function periodOf(from = 'now-7d'): Dashboard['period'] {
  const [, count, unit = ''] = /^now-(\d+)([mhdwMy])/.exec(from) ?? [];
  const hours = Number(count) * (HOURS[unit] ?? Number.NaN);
  if (hours <= 24) return '24h';
  if (hours <= 168) return '7d';
  return hours <= 744 ? '30d' : '1y';
}
