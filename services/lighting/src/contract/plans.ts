import { contract, object, Type, text, type Value } from '@alzette/kit/contract';
import { PLANS } from './paths.ts';
import { Act, GivenZone, Instant, Name, Share, TEXT_OR_NULL, words, ZoneKind } from './schemas.ts';

/** The states of a lamp in a plan: first those of applying, then those of rolling back. */
const LAMP_STATES = [
  ...(['waiting', 'sent', 'done', 'failed', 'unanswered'] as const),
  ...(['backSent', 'back', 'backFailed', 'backUnanswered'] as const),
] as const;
export type PlanLampState = (typeof LAMP_STATES)[number];

const Plan = object(
  {
    id: Type.String(),
    strategy: Type.String(),
    version: Type.Integer(),
    kind: ZoneKind,
    zone: Type.String(),
    command: Type.String(),
    deadlineS: Type.Integer(),
    mostFailures: Type.Number(),
    state: Type.Enum(['proposed', 'rejected', 'running', 'rollingBack', 'done', 'rolledBack', 'cancelled'], {
      description: '`proposed` → `running` → `done`, or `rollingBack` → `rolledBack`; the others are final as well',
    }),
    stage: Type.Integer({ description: 'The present one, from 0' }),
    stages: Type.Integer(),
    author: Type.String(),
    decidedBy: TEXT_OR_NULL,
    reason: TEXT_OR_NULL,
  },
  'The application of a strategy to the lamps of a zone',
);
const LampState = Type.Enum(LAMP_STATES);
const PlanDetail = object({
  ...Plan.properties,
  lamps: Type.Array(object({ stage: Type.Integer(), state: LampState, lamps: Type.Integer() })),
  troubled: Type.Array(
    object({
      lamp: Type.String(),
      stage: Type.Integer(),
      state: LampState,
      info: TEXT_OR_NULL,
      sent_at: Type.Union([Instant, Type.Null()]),
    }),
  ),
  acts: Type.Array(Act),
});

const PlanBody = object({
  strategy: Name,
  version: Type.Optional(Type.Integer({ minimum: 1, maximum: 1_000_000_000, description: 'Default: the latest' })),
  kind: ZoneKind,
  zone: Type.Optional(GivenZone),
  command: Type.Optional(words(64)),
  deadlineS: Type.Optional(Type.Integer({ minimum: 1, maximum: 24 * 3600, description: 'Default: an hour' })),
  mostFailures: Type.Optional(Share),
});

const ONE = {
  audited: { values: 'body', hidden: ['reason'] },
  params: { id: text() },
  body: Type.Optional(object({ reason: Type.Optional(words(500)) })),
  answers: { 200: PlanDetail },
  example: { params: { id: 'c0ffee00-0000-4000-8000-000000000000' } },
} as const;

/** A strategy is proposed for a zone, approved by another person, and sent street by street. */
export const planContract = contract(PLANS, {
  propose: {
    access: 'write',
    audited: { values: 'body', hidden: ['reason'] }, // the audit is never deleted, so it does not contain what people wrote
    summary: 'Proposes a plan that applies a lighting strategy in a zone',
    body: PlanBody,
    answers: { 201: PlanDetail },
    example: { body: { strategy: 'two-levels', kind: 'commune', zone: 'Thil' } },
  },
  list: {
    access: 'read',
    summary: 'The plans that apply lighting strategies, newest first',
    answers: { 200: object({ plans: Type.Array(Plan) }) },
  },
  plan: {
    access: 'read',
    summary: 'One lighting plan with its progress, failed lamps and the journal of acts',
    params: ONE.params,
    answers: ONE.answers,
  },
  approve: {
    ...ONE,
    access: 'administer',
    recentSignIn: true,
    summary: 'Approves a lighting plan that another person proposed, and starts it',
  },
  reject: { ...ONE, access: 'administer', summary: 'Rejects a lighting plan' },
  cancel: { ...ONE, access: 'write', summary: 'Cancels a lighting plan; a running plan is rolled back' },
});

export type PlanContract = typeof planContract;
export type Plan = Value<typeof Plan>;
export type PlanBody = Value<typeof PlanBody>;
