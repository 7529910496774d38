import { contract, object, Type, text, type Value } from '@alzette/kit/contract';
import { MAINTENANCE } from './paths.ts';
import { Instant } from './schemas.ts';

const Names = Type.Array(Type.String({ maxLength: 500 }), { minItems: 1, maxItems: 5000 });
/** At least one of them is given. */
const ABOUT = {
  entities: Type.Optional(Names),
  types: Type.Optional(Names),
  scope: Type.Optional(
    Type.String({ pattern: '^/', maxLength: 500, description: 'With all below it, such as `/Villerupt`' }),
  ),
};
const GIVEN = { from: Instant, to: Instant, reason: Type.String({ minLength: 1, maxLength: 500 }) };
const Announced = object({
  id: Type.String(),
  ...ABOUT,
  ...GIVEN,
  area: Type.Optional(Type.Unknown()),
  author: Type.String({ description: 'The name in the audit' }),
});

/** Periods in which alarms are expected and nobody is notified. */
export const maintenanceContract = contract(MAINTENANCE, {
  list: {
    access: 'read',
    summary: 'Current and future maintenance',
    answers: { 200: object({ maintenance: Type.Array(Announced) }) },
  },
  announce: {
    access: 'administer',
    audited: { values: 'body' },
    summary: 'Announces maintenance',
    body: object({ ...ABOUT, ...GIVEN }),
    answers: { 201: object({ id: Type.String() }) },
    example: {
      body: { scope: '/Villerupt', from: '2026-12-01T08:00:00Z', to: '2026-12-01T17:00:00Z', reason: 'Works' },
    },
  },
  end: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Ends maintenance',
    params: { id: text({ max: 60 }) },
    answers: { 204: null },
  },
});

export type MaintenanceContract = typeof maintenanceContract;
export type Announced = Value<typeof Announced>;
