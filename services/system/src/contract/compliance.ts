import { contract, InAllLanguages, object, Type, text, type Value } from '@alzette/kit/contract';
import { VERDICTS } from '../compliance/words.ts';
import { PUBLIC_COMPLIANCE } from './paths.ts';

const Day = Type.String({ format: 'date' });
/** Reasons are written in English and French. */
const Texts = object({ en: Type.String(), fr: Type.String() });
const Plan = object(
  { by: Type.Optional(Day), text: Texts },
  'What will be done about it, and by when; without a day there is no plan, and the text says why',
);
const Evidence = object({
  kind: Type.Enum(['test', 'document', 'review'], {
    description: '`review`: the code or the page was read, or looked at, on the day of the check',
  }),
  file: Type.Optional(Type.String({ description: 'In the repository' })),
  text: Type.Optional(Type.String({ description: 'The title of the test, or words of the document' })),
});
const Criterion = object({
  id: Type.String(),
  title: Type.Optional(Texts),
  verdict: Type.Enum([...VERDICTS]),
  reason: Type.Optional(Texts),
  evidence: Type.Array(Evidence),
  plan: Type.Optional(Plan),
});
const COUNT = Type.Integer({ minimum: 0 });
const SUMMARY = {
  id: Type.String(),
  title: InAllLanguages,
  version: Type.String(),
  reference: Type.String({ description: 'Where the norm is published' }),
  checkedOn: Day,
  checkAgainBy: Day,
  isOld: Type.Boolean({ description: 'The next check is overdue' }),
  counts: object({ met: COUNT, notMet: COUNT, notChecked: COUNT, site: COUNT, notApplicable: COUNT }),
};
const NormSummary = object({ ...SUMMARY, notMet: Type.Array(Criterion, { description: 'With their plans' }) });
const NormReport = object({
  ...SUMMARY,
  themes: Type.Array(object({ id: Type.String(), title: Texts, criteria: Type.Array(Criterion) })),
});

const OPEN = { access: 'nothing', anyTenant: true, cached: 'minute' } as const;

/** Which norms the product keeps, by its own checks. */
export const complianceContract = contract(PUBLIC_COMPLIANCE, {
  norms: {
    ...OPEN,
    summary: 'Public: the norms, how many of their criteria are met, and what is not met',
    answers: { 200: Type.Array(NormSummary) },
  },
  norm: {
    ...OPEN,
    summary: 'Public: a norm with each criterion, its verdict and its evidence',
    params: { norm: text({ max: 40 }) },
    answers: { 200: NormReport },
  },
});

export type ComplianceContract = typeof complianceContract;
export type Texts = Value<typeof Texts>;
export type Evidence = Value<typeof Evidence>;
export type Criterion = Value<typeof Criterion>;
export type NormSummary = Value<typeof NormSummary>;
export type NormReport = Value<typeof NormReport>;
