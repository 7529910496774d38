import { bodyReader, object, TEXT } from '@alzette/kit/bodies';
import { LANGUAGES, type Language } from '@alzette/kit/languages';
import { refused } from '@alzette/kit/problems';
import {
  COLUMNS,
  type Dashboard,
  MAX_WIDGETS,
  MEASURE_KINDS,
  QUESTION_STEPS,
  type Question,
  TYPE_VARIABLE,
  WIDGET_KINDS,
} from '@alzette/ngsi-ld-schemas/dashboards';

const NAME = { type: 'string', minLength: 1, maxLength: 100 };
const QUERY = { type: 'string', maxLength: 2000 };
const TITLE = { type: 'string', minLength: 1, maxLength: 200 };
const NUMBER = { type: 'number' };
const cell = (minimum: number, maximum: number) => ({ type: 'integer', minimum, maximum });

const GROUPING = object(
  {
    by: { enum: ['attribute', 'scope', 'type', 'entity'] },
    attribute: NAME,
    path: NAME,
    levels: cell(1, 4),
  },
  ['by'],
);
export const QUESTION = object(
  {
    type: NAME,
    q: QUERY,
    near: object({ type: NAME, q: QUERY, metres: { type: 'number', minimum: 1, maximum: 5000 } }, ['type', 'metres']),
    group: { type: 'array', items: GROUPING, maxItems: 2 },
    measure: object({ kind: { enum: [...MEASURE_KINDS] }, attribute: NAME }, ['kind']),
    over: { enum: ['auto', ...QUESTION_STEPS] },
  },
  ['type', 'measure'],
);

const WIDGET = object(
  {
    id: { type: 'string', pattern: '^[A-Za-z0-9-]{1,40}$' },
    kind: { enum: [...WIDGET_KINDS] },
    title: TEXT,
    x: cell(0, COLUMNS - 1),
    y: cell(0, 500),
    w: cell(1, COLUMNS),
    h: cell(1, 30),
    question: QUESTION,
    saved: NAME,
    compare: { type: 'boolean' },
    unit: { type: 'string', maxLength: 20 },
    thresholds: object({ warning: NUMBER, alarm: NUMBER, below: { type: 'boolean' } }),
    from: NUMBER,
    to: NUMBER,
    text: { type: 'string', maxLength: 5000 },
    // Only pictures of this site: another server would learn who looks at the dashboard.
    // Browsers read a backslash as a slash, and drop tabs and line breaks.
    image: { type: 'string', maxLength: 500, pattern: '^/(?!/)[^\\\\\\s]*$' },
  },
  ['id', 'kind', 'title', 'x', 'y', 'w', 'h'],
);

export const DASHBOARD = object(
  {
    title: TITLE,
    description: { type: 'string', maxLength: 1000 },
    roles: { type: 'array', items: NAME, maxItems: 20, uniqueItems: true },
    period: { enum: ['24h', '7d', '30d', '1y'] },
    types: { type: 'array', items: NAME, minItems: 1, maxItems: 20, uniqueItems: true },
    widgets: { type: 'array', items: WIDGET, maxItems: MAX_WIDGETS },
  },
  ['title', 'roles', 'period', 'widgets'],
);

const dashboard = bodyReader<Dashboard>(DASHBOARD);

/** @throws Problem 400 */
export function readDashboard(body: unknown): Dashboard {
  const read = dashboard(body);
  const ids = read.widgets.map(({ id }) => id);
  const twin = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twin !== undefined) throw refused('widgets', twin, 'a unique id for each widget');
  read.widgets.forEach(({ x, w, kind, question, saved }, place) => {
    if (x + w > COLUMNS)
      throw refused(`widgets.${place}.w`, w, `at most ${COLUMNS - x}: the grid has ${COLUMNS} columns`);
    const isAsking = !['text', 'image', 'alarms'].includes(kind);
    if (isAsking && question === undefined && saved === undefined)
      throw refused(`widgets.${place}.question`, undefined, 'a question, or the id of a saved one');
    if (question?.type === TYPE_VARIABLE && read.types === undefined)
      throw refused('types', undefined, `the types that "${TYPE_VARIABLE}" can be`);
  });
  return read;
}

export interface SavedQuestion {
  readonly title: string;
  readonly description?: string;
  readonly question: Question;
}

export const SAVED_QUESTION = object(
  { title: TITLE, description: { type: 'string', maxLength: 1000 }, question: QUESTION },
  ['title', 'question'],
);
const question = bodyReader<SavedQuestion>(SAVED_QUESTION);

/** @throws Problem 400 */
export function readQuestion(body: unknown): SavedQuestion {
  const read = question(body);
  if (read.question.type !== TYPE_VARIABLE) return read;
  throw refused('question.type', TYPE_VARIABLE, 'a type, because a saved question belongs to no dashboard');
}

/** A report that is sent on schedule: the contents of a dashboard for the previous month. */
export interface ScheduledReport {
  readonly title: string;
  readonly dashboard: string;
  /** Slug of a commune; absent: the whole territory. */
  readonly commune?: string;
  readonly recipients: readonly string[];
  readonly language: Language;
  /** Day of the month; the report is sent in the morning. */
  readonly day: number;
  readonly isActive: boolean;
}

export const REPORT = object(
  {
    title: TITLE,
    dashboard: NAME,
    commune: NAME,
    recipients: {
      type: 'array',
      items: { type: 'string', format: 'email', maxLength: 200 },
      minItems: 1,
      maxItems: 50,
    },
    language: { enum: LANGUAGES },
    day: cell(1, 28),
    isActive: { type: 'boolean' },
  },
  ['title', 'dashboard', 'recipients', 'language', 'day', 'isActive'],
);
export const readReport = bodyReader<ScheduledReport>(REPORT);
