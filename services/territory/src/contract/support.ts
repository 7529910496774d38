import { contract, object, Type, text, type Value } from '@alzette/kit/contract';
import { SUPPORT } from './paths.ts';

const Instant = Type.String({ format: 'date-time' });
const May = Type.Enum(['read', 'write'], { description: '`write`: read and write' });
const Hours = Type.Integer({ minimum: 1, maximum: 72 });
const Name = Type.String({ minLength: 2, maxLength: 100, description: 'Who they are, for the collectivity' });
const Reason = Type.String({ minLength: 5, maxLength: 500 });
const Request = object({
  id: Type.String(),
  name: Name,
  reason: Reason,
  may: May,
  hours: Hours,
  state: Type.Enum(['asked', 'refused', 'active', 'ended']),
  askedAt: Instant,
  until: Type.Optional(Instant),
});
const OF_REQUEST = { access: 'administer', audited: { values: 'body' }, params: { id: text() } } as const;

/** Support access: asked for, granted by the collectivity for a time, and ended by itself. */
export const supportContract = contract(SUPPORT, {
  list: {
    access: 'administer',
    summary: 'Who asked for support access to this collectivity, and what became of it; the latest first',
    answers: { 200: object({ requests: Type.Array(Request) }) },
  },
  ask: {
    access: 'known',
    // The audit is kept forever, so it has no names.
    audited: { values: 'body', hidden: ['name', 'reason'] },
    summary: 'Asks this collectivity for support access, as a person with an account of the installation',
    body: object({ name: Name, reason: Reason, may: May, hours: Hours }),
    answers: { 201: Request },
    example: { body: { name: 'Ada, Helpdesk', reason: 'Reports are not mailed', may: 'read', hours: 4 } },
  },
  active: {
    access: 'known',
    summary: 'Who has support access to this collectivity now, for those who may read something of it',
    answers: { 200: object({ active: Type.Array(object({ name: Name, may: May, until: Instant })) }) },
  },
  decide: {
    ...OF_REQUEST,
    summary: 'Grants support access for the hours from now, or refuses it',
    body: object({ granted: Type.Boolean() }),
    answers: { 200: Request },
    example: { params: { id: '00000000-0000-4000-8000-000000000000' }, body: { granted: true } },
  },
  end: {
    ...OF_REQUEST,
    audited: { values: 'above', hidden: ['name', 'reason'] },
    summary: 'Ends support access at once',
    answers: { 200: Request },
    example: { params: { id: '00000000-0000-4000-8000-000000000000' } },
  },
});

export type SupportContract = typeof supportContract;
export type SupportRequest = Value<typeof Request>;
