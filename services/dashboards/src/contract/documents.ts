import { object, Type, type Value } from '@alzette/kit/contract';
import { LANGUAGES } from '@alzette/kit/languages';
import { COLUMNS, MAX_WIDGETS, MEASURE_KINDS, QUESTION_STEPS, WIDGET_KINDS } from '@alzette/ngsi-ld-schemas/dashboards';

const Name = Type.String({ minLength: 1, maxLength: 100 });
const Query = Type.Optional(Type.String({ maxLength: 2000 }));
const Title = Type.String({ minLength: 1, maxLength: 200 });
const Description = Type.Optional(Type.String({ maxLength: 1000 }));
const Figure = Type.Optional(Type.Number());
const Cell = (minimum: number, maximum: number) => Type.Integer({ minimum, maximum });

const Grouping = object({
  by: Type.Enum(['attribute', 'scope', 'type', 'entity']),
  attribute: Type.Optional(Name),
  path: Type.Optional(Name),
  levels: Type.Optional(Cell(1, 4)),
});
const Question = object({
  type: Name,
  q: Query,
  near: Type.Optional(object({ type: Name, q: Query, metres: Type.Number({ minimum: 1, maximum: 5000 }) })),
  group: Type.Optional(Type.Array(Grouping, { maxItems: 2 })),
  measure: object({ kind: Type.Enum(MEASURE_KINDS), attribute: Type.Optional(Name) }),
  over: Type.Optional(Type.Enum(['auto', ...QUESTION_STEPS])),
});

const Widget = object({
  id: Type.String({ pattern: '^[A-Za-z0-9-]{1,40}$' }),
  kind: Type.Enum(WIDGET_KINDS),
  title: Type.String({ maxLength: 200 }),
  x: Cell(0, COLUMNS - 1),
  y: Cell(0, 500),
  w: Cell(1, COLUMNS),
  h: Cell(1, 30),
  question: Type.Optional(Question),
  saved: Type.Optional(Name),
  figure: Type.Optional({
    ...Name,
    description: 'Of the catalogue of figures, instead of a question; only for a number',
  }),
  compare: Type.Optional(Type.Boolean()),
  marks: Type.Optional(
    Type.Boolean({
      description: 'Only for a series: whether alarms about the type and events are marked on the curve',
    }),
  ),
  unit: Type.Optional(Type.String({ maxLength: 20 })),
  thresholds: Type.Optional(object({ warning: Figure, alarm: Figure, below: Type.Optional(Type.Boolean()) })),
  from: Figure,
  to: Figure,
  text: Type.Optional(Type.String({ maxLength: 5000 })),
  // Only pictures of this site: another server would learn who looks at the dashboard.
  // Browsers read a backslash as a slash, and drop tabs and line breaks.
  image: Type.Optional(Type.String({ maxLength: 500, pattern: '^/(?!/)[^\\\\\\s]*$' })),
});

export const Dashboard = object({
  title: Title,
  description: Description,
  roles: Type.Array(Name, { maxItems: 20, uniqueItems: true }),
  period: Type.Enum(['24h', '7d', '30d', '1y']),
  types: Type.Optional(Type.Array(Name, { minItems: 1, maxItems: 20, uniqueItems: true })),
  widgets: Type.Array(Widget, { maxItems: MAX_WIDGETS }),
});

export const SavedQuestion = object({ title: Title, description: Description, question: Question });
export type SavedQuestion = Value<typeof SavedQuestion>;

export const ScheduledReport = object(
  {
    title: Title,
    dashboard: Name,
    commune: Type.Optional(Type.String({ ...Name, description: 'Its slug; absent: the whole territory' })),
    recipients: Type.Array(Type.String({ format: 'email', maxLength: 200 }), { minItems: 1, maxItems: 50 }),
    language: Type.Enum(LANGUAGES),
    day: Type.Integer({ minimum: 1, maximum: 28, description: 'Of the month; it is sent in the morning' }),
    isActive: Type.Boolean(),
  },
  'A report that is sent on schedule: the contents of a dashboard for the previous month',
);
export type ScheduledReport = Value<typeof ScheduledReport>;
