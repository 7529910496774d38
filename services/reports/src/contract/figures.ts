import { object, Type, type Value } from '@alzette/kit/contract';
import { HiddenCause } from './report.ts';

const Count = Type.Integer();
const FIGURES = {
  received: Count,
  open: Count,
  late: Type.Integer({ description: 'Open longer than promised' }),
  closed: Count,
  fixed: Count,
  onTime: Type.Integer({ description: 'Closed within the promised time' }),
  medianDays: Type.Union([Type.Number(), Type.Null()], { description: 'Until closing; null: none is closed' }),
  satisfied: Count,
  answered: Type.Integer({ description: 'Answers to the survey' }),
  supporters: Count,
  hidden: Type.Integer({ description: 'Received, but not shown publicly' }),
};
const Figures = object(FIGURES);
const Delay = object(
  {
    upTo: Type.Union([Type.Integer(), Type.Null()], { description: 'Days; null: longer' }),
    closed: Count,
    open: Count,
  },
  'The number of reports closed within some days, and open for that long',
);
const Hidden = object({ cause: HiddenCause, n: Count });
export const Statistics = object({
  all: Figures,
  communes: Type.Array(object({ ...FIGURES, commune: Type.String() })),
  categories: Type.Array(object({ ...FIGURES, category: Type.String() })),
  delays: Type.Array(Delay),
  hidden: Type.Array(Hidden, { description: 'Why reports are hidden' }),
});
export type Figures = Value<typeof Figures>;
export type Delay = Value<typeof Delay>;
export type HiddenReports = Value<typeof Hidden>;
export type Statistics = Value<typeof Statistics>;

const SUGGESTED = {
  output: Type.Optional(Type.String({ description: 'Its number in the register of AI outputs' })),
  words: Type.Array(Type.String(), { description: 'Why it is suggested' }),
};
export const Suggestions = object({
  isOn: Type.Boolean({ description: 'Whether the site has them' }),
  category: Type.Optional(object({ ...SUGGESTED, code: Type.String(), probability: Type.Number() })),
  duplicates: Type.Array(
    object({ ...SUGGESTED, report: Type.String(), score: Type.Number(), metres: Type.Number(), days: Type.Number() }),
  ),
});
export type Suggestions = Value<typeof Suggestions>;
