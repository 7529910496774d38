import { byName, contract, object, Type, text, type Value } from '@alzette/kit/contract';
import { OVERRIDES } from './paths.ts';
import { Act, Instant, Share, TEXT_OR_NULL, words } from './schemas.ts';

export const MAX_LAMPS = 2_000;

const OverrideState = Type.Enum(['waiting', 'active', 'ended', 'rejected'], {
  description: '`waiting`: for the approval of a second person',
});
const Pace = object({
  lamps: Type.Integer({ minimum: 1, maximum: MAX_LAMPS, description: 'The number per group' }),
  everyS: Type.Integer({ minimum: 1, maximum: 3600, description: 'The seconds between groups' }),
});
const Override = object(
  {
    id: Type.String(),
    lamps: Type.Array(Type.String()),
    level: Share,
    until: Instant,
    reason: Type.String(),
    command: Type.String(),
    state: OverrideState,
    author: Type.String(),
    createdAt: Instant,
    sent: Type.Integer({ description: 'The number of lamps that were sent a command, counted from the first' }),
    begun: Type.Integer({
      description: 'The number of those that may have got one: it is stored before a group is sent to',
    }),
    pace: Type.Union([Pace, Type.Null()]),
    decidedBy: TEXT_OR_NULL,
  },
  'A level that was set by hand',
);

const OverrideBody = object({
  lamps: Type.Array(words(500), { minItems: 1, maxItems: MAX_LAMPS }),
  level: Share,
  until: Type.String({ description: 'A time within the next 24 hours, ISO 8601' }),
  reason: words(500),
  command: Type.Optional(words(64)),
  pace: Type.Optional(Type.Union([Pace, Type.Null()])),
});
const Policy = object({
  approvalFrom: Type.Union([Type.Integer({ minimum: 1, maximum: MAX_LAMPS }), Type.Null()]),
});

const PARAMS = { id: text() };
/** The audit is never deleted, so it does not contain what people wrote. */
const HIDDEN = ['reason'] as const;
const DECIDE = {
  access: 'write',
  audited: { values: 'body', hidden: HIDDEN },
  params: PARAMS,
  answers: { 200: Override },
} as const;

/**
 * A manual level for an evening; when it ends, lamps return to their programme. If the policy requires it, a second
 * person approves. With a pace, commands are sent group by group.
 */
export const overrideContract = contract(OVERRIDES, {
  make: {
    access: 'write',
    audited: { values: 'body', hidden: HIDDEN },
    summary: 'Overrides the level of lamps until a given time',
    body: OverrideBody,
    answers: {
      201: object({
        id: Type.String(),
        state: OverrideState,
        level: Share,
        until: Instant,
        reason: Type.String(),
        lamps: Type.Integer(),
        refused: byName(Type.String(), { description: 'Lamps that get no command, with the reason' }),
      }),
    },
    example: {
      body: {
        lamps: ['urn:ngsi-ld:Streetlight:1'],
        level: 1,
        until: '2026-06-21T23:30:00Z',
        reason: 'Concert in the park',
      },
    },
  },
  list: {
    access: 'read',
    summary: 'The overrides, newest first',
    answers: { 200: object({ overrides: Type.Array(Override) }) },
  },
  override: {
    access: 'read',
    summary: 'One override with its progress and the journal of acts',
    params: PARAMS,
    answers: { 200: object({ ...Override.properties, acts: Type.Array(Act) }) },
  },
  approve: { ...DECIDE, recentSignIn: true, summary: 'Approves an override that another person requested' },
  reject: { ...DECIDE, summary: 'Rejects an override that waits for approval' },
  end: {
    access: 'write',
    audited: { values: 'above', hidden: HIDDEN },
    summary: 'Ends an override early',
    params: PARAMS,
    answers: { 204: null },
  },
  policy: {
    access: 'read',
    summary: 'The number of lamps from which commands need approval',
    answers: { 200: Policy },
  },
  setPolicy: {
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Sets the number of lamps from which commands need approval',
    body: Policy,
    answers: { 200: Policy },
    example: { body: { approvalFrom: 50 } },
  },
});

export type OverrideContract = typeof overrideContract;
export type Override = Value<typeof Override>;
export type OverrideBody = Value<typeof OverrideBody>;
