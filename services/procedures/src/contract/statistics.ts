import { contract, day, object, Type, type Value } from '@alzette/kit/contract';
import { STATISTICS } from './paths.ts';
import { Id, Texts } from './texts.ts';

const Count = Type.Integer({ minimum: 0 });

/** A page of a form. `left`: who reached it, and not the next page that everybody sees. */
const Page = object({ id: Type.String(), title: Type.Optional(Texts), reached: Count, left: Count });

/** Of one procedure, by the requests that were sent in the time. */
const Figures = object({
  procedure: Id,
  title: Texts,
  received: Count,
  open: Count,
  late: Count,
  accepted: Count,
  refused: Count,
  withdrawn: Count,
  silent: { ...Count, description: 'Decided by silence' },
  medianDays: Type.Optional(Type.Number({ description: 'From the request to its end' })),
  slowDays: Type.Optional(Type.Number({ description: 'Nine of ten ended within so many days' })),
  satisfied: Count,
  answered: { ...Count, description: 'How many said whether they were satisfied' },
  pages: Type.Array(Page, { description: 'In all communes, as nobody is known before the request is sent' }),
});
export type ProcedureFigures = Value<typeof Figures>;

export const statisticsContract = contract(STATISTICS, {
  figures: {
    access: 'read',
    summary: 'Delay, outcome, satisfaction, and on which page forms are left, of the dossiers that the caller may read',
    query: { from: day(), to: day() },
    answers: { 200: object({ from: Type.String(), to: Type.String(), procedures: Type.Array(Figures) }) },
  },
});
export type StatisticsContract = typeof statisticsContract;
