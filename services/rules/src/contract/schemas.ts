import { byName, object, Type, type Value } from '@alzette/kit/contract';
import { type RuleDocument, SEVERITIES, type Words } from './rule.ts';

export const Instant = Type.String({ format: 'date-time' });
const Texts = Type.Unsafe<Words>({ type: 'object', additionalProperties: { type: 'string' } });

/** What is wrong with a document is told by `checkRule`, because a schema's errors about conditions have no useful message. */
export const Draft = Type.Unsafe<{ readonly [member: string]: unknown }>({
  type: 'object',
  description: 'A rule: GET /rules/schema',
});
export const Document = Type.Unsafe<RuleDocument>(Draft);

export const Rule = object({ rule: Document, version: Type.Integer(), isEnabled: Type.Boolean() });

export const RuleVersion = object({
  version: Type.Integer(),
  author: Type.String({ description: 'The name in the audit' }),
  writtenAt: Instant,
  document: Document,
});

/** An error in a rule, or a warning. */
export const Finding = object({
  level: Type.Enum(['error', 'warning'], { description: 'An error refuses the rule; a warning is only reported' }),
  member: Type.String({ description: 'The path of the member, such as `when.all[0].attr`' }),
  got: Type.Optional(Type.Unknown()),
  expected: Type.String(),
  didYouMean: Type.Optional(Type.String({ description: 'The probable correction' })),
  bounds: Type.Optional(object({ from: Type.Optional(Type.Number()), to: Type.Optional(Type.Number()) })),
});
export const Written = object({ id: Type.String(), version: Type.Integer(), warnings: Type.Array(Finding) });

const VALUE = { attr: Type.String(), at: Instant, value: Type.Unknown(), agg: Type.Optional(Type.String()) };
const Evidence = object({
  from: Instant,
  to: Instant,
  values: Type.Array(object({ ...VALUE, window: Type.Optional(Type.String()) })),
  condition: Type.String({ description: 'Such as `fillingLevel avg PT2H >= 0.8 for PT30M`' }),
});
const Silence = object({ reason: Type.String(), by: Type.Optional(Type.String()) });
const Severity = Type.Enum(SEVERITIES);

/** An alarm that the rule would have raised. */
const PastAlarm = object({
  alarm: Type.String(),
  entity: Type.String(),
  name: Type.Optional(Type.String()),
  cause: Type.String(),
  severity: Type.Enum(SEVERITIES, { description: 'The highest that it reached' }),
  raisedAt: Instant,
  clearedAt: Type.Optional(Type.String({ description: 'Absent: it was still active at the end of the period' })),
  text: Texts,
  silence: Type.Optional(Silence),
  evidence: Type.Optional(Evidence),
});
export const Backtest = object({
  from: Instant,
  to: Instant,
  entities: Type.Integer(),
  samples: Type.Integer(),
  raised: Type.Integer(),
  silenced: Type.Integer(),
  active: Type.Integer(),
  days: Type.Array(object({ day: Type.String(), raised: Type.Integer() }), {
    description: 'The number of raised alarms on each local day of the period, without suppressed ones',
  }),
  alarms: Type.Array(PastAlarm, {
    description: 'The first alarms, including those that were active at the beginning',
  }),
  tookMs: Type.Integer({ description: 'Measured' }),
});

/** Made-up readings of one entity, in the order of time. */
export const Replay = object({
  entity: object({
    type: Type.String({ minLength: 1, maxLength: 250 }),
    id: Type.Optional(Type.String({ format: 'uri', maxLength: 250 })),
    scope: Type.Optional(Type.String({ minLength: 1, maxLength: 250 })),
  }),
  readings: Type.Array(
    object({ at: Instant, values: byName(Type.Unknown(), { minProperties: 1, maxProperties: 50 }) }),
    {
      minItems: 1,
      maxItems: 1000,
    },
  ),
  until: Instant,
});

/** An alarm as the rules keep it, as far as the reader may read what it says. Earlier versions kept other members. */
export const KeptAlarm = Type.Object({
  urn: Type.String(),
  rule: Type.String(),
  version: Type.Integer(),
  cause: Type.String(),
  entity: Type.Object({ id: Type.String(), type: Type.String() }),
  raised: Type.Number({ description: 'Milliseconds since 1970' }),
  turned: Type.Number({ description: 'When it was last raised or cleared' }),
  isActive: Type.Boolean(),
  members: Type.Array(Type.String()),
  severity: Severity,
  silence: Type.Optional(Silence),
  text: Type.Optional(Texts),
  evidence: Type.Optional(Evidence),
});

const SeverityStep = object({
  severity: Severity,
  raisedBy: Type.String(),
  state: Type.Enum(['reached', 'pending', 'doesNotHold', 'unknown']),
  expectedAt: Type.Optional(Instant),
});
const Cause = object({
  cause: Type.Enum(['condition', 'absence']),
  state: Type.Enum(['alarm', 'pending', 'doesNotHold', 'outsideSchedule', 'unknown', 'clearing'], {
    description:
      '`alarm`: active; `pending`: the condition is true, but not for long enough; `unknown`: an attribute has no value yet',
  }),
  raisedBy: Type.String(),
  steps: Type.Optional(Type.Array(SeverityStep)),
  clearedBy: Type.String(),
  expectedAt: Type.Optional(
    Type.String({
      format: 'date-time',
      description: 'When the alarm will be raised or cleared if nothing changes',
    }),
  ),
  since: Type.Optional(Instant),
  values: Type.Array(object(VALUE), { description: 'The present ones that it reads' }),
});
/** The state of a rule on an entity. */
export const Explanation = object({
  rule: object({ id: Type.String(), version: Type.Integer() }),
  entity: Type.String(),
  causes: Type.Array(Cause),
  alarms: Type.Array(KeptAlarm, { description: 'Its last ones on the entity, newest first' }),
});

export type Replay = Value<typeof Replay>;
export type Rule = Value<typeof Rule>;
export type RuleVersion = Value<typeof RuleVersion>;
export type Finding = Value<typeof Finding>;
export type Backtest = Value<typeof Backtest>;
export type PastAlarm = Value<typeof PastAlarm>;
export type Cause = Value<typeof Cause>;
