export type { DeskAct } from './acts.ts';
export type { Category, GivenCategory, PublicCategory, Question } from './categories.ts';
export * from './citizen.ts';
export * from './desk.ts';
export type { Delay, Figures, HiddenReports, Suggestions } from './figures.ts';
export {
  type Area,
  type HiddenCause,
  type KnownContact,
  type Moderation,
  OPEN_STATUSES,
  type Status,
} from './report.ts';
export * from './setup.ts';
export type { GivenReport } from './submission.ts';
