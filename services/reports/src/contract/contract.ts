export type { DeskAct } from './acts.ts';
export type { Category, GivenCategory, PublicCategory, Question } from './categories.ts';
export * from './citizen.ts';
export * from './desk.ts';
export type { Delay, Figures, HiddenReports, Suggestions } from './figures.ts';
export type { Area, HiddenCause, KnownContact, Moderation, Status } from './report.ts';
export * from './setup.ts';
export type { GivenReport } from './submission.ts';
