import { AI_RISKS, AiEvaluation, type AiFigure } from '@alzette/kit/ai-uses';
import { contract, InAllLanguages, identifier, object, Type, type Value, wholeNumber } from '@alzette/kit/contract';
import { INSIGHTS } from './paths.ts';

const Instant = Type.String({ format: 'date-time' });
const FEEDBACK = { right: Type.Integer(), wrong: Type.Integer() };

const AiUse = object({
  name: Type.String(),
  title: InAllLanguages,
  purpose: InAllLanguages,
  data: InAllLanguages,
  method: InAllLanguages,
  risk: Type.Enum(AI_RISKS),
  riskReason: InAllLanguages,
  isOn: Type.Boolean(),
  owner: Type.String(),
  switchedAt: Type.Optional(Instant),
  evaluation: Type.Optional(object({ ...AiEvaluation.properties, at: Instant })),
  outputs: Type.Integer(),
  ...FEEDBACK,
});
const Output = object({
  id: Type.String(),
  about: Type.Optional(Type.String({ description: 'The id of an entity' })),
  output: Type.Unknown(),
  why: Type.Unknown(),
  at: Instant,
  ...FEEDBACK,
  note: Type.Optional(Type.String({ description: 'The latest of those who gave feedback' })),
});

const NAME = { name: identifier() };

/** The register of AI uses, and feedback on their outputs. */
export const insightsContract = contract(INSIGHTS, {
  uses: {
    access: 'read',
    summary: 'The register of AI uses: purpose, data, method, risk and evaluation of each, and whether it is on',
    answers: { 200: object({ uses: Type.Array(AiUse) }) },
  },
  switchUse: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Turns a use of AI on or off in the tenant, and names the person responsible',
    params: NAME,
    body: object({ isOn: Type.Boolean(), owner: Type.Optional(Type.String({ maxLength: 200 })) }),
    answers: { 204: null },
    example: { params: { name: 'anomaly-scores' }, body: { isOn: true, owner: 'A. Weber' } },
  },
  outputs: {
    access: 'administer',
    summary: 'The latest outputs of a use of AI, with reasons and feedback',
    params: NAME,
    query: { limit: wholeNumber({ min: 1, max: 200, default: 50 }) },
    answers: { 200: object({ outputs: Type.Array(Output) }) },
    example: { params: { name: 'anomaly-scores' } },
  },
  judgeOutput: {
    access: 'read',
    summary: 'Records whether an output of a use of AI was right; the last answer of a person applies',
    params: { id: identifier() },
    body: object({ isRight: Type.Boolean(), note: Type.Optional(Type.String({ maxLength: 500 })) }),
    answers: { 204: null },
    example: { params: { id: '5f0c' }, body: { isRight: true } },
  },
});

export type InsightsContract = typeof insightsContract;
export type AiUse = Value<typeof AiUse>;
export type Output = Value<typeof Output>;
export type { AiFigure };
