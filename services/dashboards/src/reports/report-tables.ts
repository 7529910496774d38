import type { Figure } from '@alzette/kit/figures';
import { inLanguage } from '@alzette/kit/languages';
import type { Analyse, AnalysisRows, CommuneInfo } from '@alzette/kit/service';
import {
  type AskedPeriod,
  analysisOf,
  askedOf,
  type Dashboard,
  type Grouping,
  periodBefore,
  type Question,
  type Widget,
} from '@alzette/ngsi-ld-schemas/dashboards';
import { wordFor } from '@alzette/ngsi-ld-schemas/words';
import type { Words } from './words.ts';

/** The contents of a widget, as a table with a sentence before it. */
export interface ReportTable {
  readonly title: string;
  readonly sentence: string;
  /** The first row is the header. */
  readonly rows: readonly (readonly string[])[];
}

/** The maximum number of rows of a table in the PDF; the CSV has all. */
export const MAX_IN_PDF = 40;

interface Asked {
  readonly analyse: Analyse;
  readonly tenant: string;
  readonly scope: string | undefined;
  readonly period: AskedPeriod;
  readonly words: Words;
  questionOf(id: string): Question | undefined;
  /** The catalogue, in the scope. */
  readonly figures: readonly Figure[];
  readonly communes: readonly CommuneInfo[];
}

/** The tables of a dashboard's widgets; texts and images have none. */
export async function reportTables(dashboard: Dashboard, asked: Asked): Promise<ReportTable[]> {
  const tables: ReportTable[] = [];
  const inOrder = [...dashboard.widgets].sort((a, b) => a.y - b.y || a.x - b.x);
  for (const widget of inOrder) {
    if (widget.figure !== undefined) {
      tables.push(figureTable(widget, asked));
      continue;
    }
    const open = widget.saved === undefined ? widget.question : asked.questionOf(widget.saved);
    const question = open && askedOf(open, dashboard.types?.[0]);
    if (question === undefined) continue;
    tables.push(await tableOf(widget, question, asked));
  }
  return tables;
}

/** The figure now, with its definition, because a report is read without the pages that tell it. */
function figureTable({ title, figure }: Widget, { figures, words }: Asked): ReportTable {
  const found = figures.find(({ name }) => name === figure);
  if (found?.reading === undefined) return { title, sentence: words.nothing, rows: [[words.value]] };
  const { form, unit, definition, reading } = found;
  const text = form === 'share' ? words.percent(reading.value) : words.number(reading.value);
  const value = unit === undefined ? text : `${text} ${inLanguage(unit, words.language)}`;
  const sentence = `${words.single(value, undefined)} ${inLanguage(definition, words.language)}`;
  return { title, sentence, rows: [[words.value], [value]] };
}

async function tableOf(widget: Widget, question: Question, asked: Asked) {
  const { analyse, tenant, scope, period, words } = asked;
  const now = await analyse(tenant, analysisOf(question, scope, period));
  const before = widget.compare ? await analyse(tenant, analysisOf(question, scope, periodBefore(period))) : undefined;
  const { title, unit = '' } = widget;
  const head = [
    ...(question.over !== undefined && question.over !== 'all' ? [words.time] : []),
    ...(question.group ?? []).map(({ by, attribute }) =>
      by === 'attribute' ? (attribute ?? '') : words.dimension[by],
    ),
    unit === '' ? words.value : `${words.value} (${unit})`,
  ];
  const rows = now.rows.map(({ at, keys, value }) => [
    ...(at === null ? [] : [words.day(at)]),
    ...keys.map((key, place) => keyText(key, question.group?.[place], asked)),
    words.number(value),
  ]);
  return { title, sentence: sentenceOf(now, before, unit, words), rows: [head, ...rows] };
}

/** A commune by its name, and a code of the models by its word. */
function keyText(key: string | null, group: Grouping | undefined, { communes, words }: Asked): string {
  if (key === null) return '–';
  if (group?.by === 'scope') return communes.find(({ scope }) => scope === key)?.name ?? key;
  return (group?.attribute && wordFor(group.attribute, key, words.language)) || key;
}

function sentenceOf(
  { rows, isCut, hasUtcDays }: AnalysisRows,
  before: AnalysisRows | undefined,
  unit: string,
  words: Words,
): string {
  const values = rows.flatMap(({ value }) => value ?? []);
  const [first] = values;
  if (first === undefined) return words.nothing;
  const text = (value: number) => `${words.number(value)}${unit === '' ? '' : ` ${unit}`}`;
  const earlier = before?.rows[0]?.value;
  if (values.length === 1) return words.single(text(first), earlier == null ? undefined : text(earlier));
  const rangeText = words.range(values.length, text(Math.min(...values)), text(Math.max(...values)));
  return [rangeText, ...(isCut ? [words.cut] : []), ...(hasUtcDays ? [words.utcDays] : [])].join(' ');
}
