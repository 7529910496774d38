import { contract, identifier, object, partial, Type, type Value } from '@alzette/kit/contract';
import { ALARM_SETUP } from './paths.ts';

export const SEVERITIES = ['informational', 'low', 'medium', 'high', 'critical'] as const;
export type Severity = (typeof SEVERITIES)[number];

const Id = Type.String({ pattern: '^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' });
const EscalationStep = object({
  after: Type.Optional(
    Type.String({ format: 'duration', maxLength: 40, description: 'From the raise; absent: immediately' }),
  ),
  to: Type.Optional(Type.String({ pattern: '^(recipient|group|roster):[A-Za-z0-9][A-Za-z0-9._-]{0,63}$' })),
  channels: Type.Array(Id, { minItems: 1, maxItems: 10, uniqueItems: true }),
  unless: Type.Optional(
    Type.Enum(['acknowledged', 'cleared'], {
      description: 'Default `acknowledged`: an acknowledged alarm is not escalated further',
    }),
  ),
});
/** Who is notified of which alarms, step by step. */
export const EscalationBody = object({
  title: Type.String({ maxLength: 200 }),
  enabled: Type.Optional(Type.Boolean()),
  severity: Type.Optional(Type.Enum(SEVERITIES, { description: 'The lowest' })),
  categories: Type.Optional(Type.Array(Type.String({ maxLength: 64 }), { uniqueItems: true, maxItems: 100 })),
  scopes: Type.Optional(
    Type.Array(Type.String({ pattern: '^/[^#+]*$', maxLength: 200 }), {
      maxItems: 100,
      description: 'Only alarms of entities within one of these, such as `/Villerupt`',
    }),
  ),
  tellsCleared: Type.Optional(
    Type.Boolean({
      description:
        'Whether the recipients of the first step, which has no delay, are notified when the alarm is cleared',
    }),
  ),
  steps: Type.Array(EscalationStep, { minItems: 1, maxItems: 20 }),
});
const Escalation = object({ id: Type.String(), ...EscalationBody.properties });

const Seconds = Type.Unsafe<number | null>({ type: ['integer', 'null'], minimum: 60, maximum: 366 * 24 * 3600 });
const ServiceLevel = object({ acknowledgeS: Seconds, resolveS: Seconds });
const ServiceLevels = object({
  informational: ServiceLevel,
  low: ServiceLevel,
  medium: ServiceLevel,
  high: ServiceLevel,
  critical: ServiceLevel,
});

const OF_ESCALATION = {
  access: 'administer',
  audited: { values: 'above' },
  params: { id: identifier() },
  answers: { 204: null },
} as const;

/** Who is notified when, and the deadlines for acting. */
export const alarmSetupContract = contract(ALARM_SETUP, {
  escalations: {
    access: 'administer',
    summary: 'Escalations: who is notified of which alarms, step by step',
    answers: { 200: object({ escalations: Type.Array(Escalation) }) },
  },
  saveEscalation: {
    ...OF_ESCALATION,
    summary: 'Creates or replaces an escalation',
    body: EscalationBody,
    example: {
      params: { id: 'night' },
      body: { title: 'At night', steps: [{ channels: ['email'], to: 'roster:on-call' }] },
    },
  },
  removeEscalation: {
    ...OF_ESCALATION,
    summary: 'Deletes an escalation; pending steps are still executed',
    example: { params: { id: 'night' } },
  },
  serviceLevels: {
    access: 'read',
    summary: 'Service levels: seconds to acknowledge and resolve alarms of each severity',
    answers: { 200: ServiceLevels },
  },
  changeServiceLevels: {
    access: 'administer',
    audited: { values: 'route' },
    summary: 'Changes the service levels of the given severities',
    body: partial(ServiceLevels),
    answers: { 200: ServiceLevels },
    example: { body: { critical: { acknowledgeS: 900, resolveS: 14_400 } } },
  },
});

export type AlarmSetupContract = typeof alarmSetupContract;
export type Escalation = Value<typeof Escalation>;
export type ServiceLevel = Value<typeof ServiceLevel>;
export type ServiceLevels = Value<typeof ServiceLevels>;
