import { contract, day, identifier, object, Type, type Value } from '@alzette/kit/contract';
import { Booking, Reference } from './dossier.ts';
import { BOOKINGS } from './paths.ts';
import { Day, Id, Texts } from './texts.ts';

const Time = Type.String({ pattern: '^([01]\\d|2[0-3]):[0-5]\\d$', description: 'A local time, e.g. `08:30`' });

/** Something that can be booked in slots: a collection day, a desk, a loan. Times are local to the territory. */
export const Resource = object({
  name: Texts,
  unit: { ...Texts, description: 'What the capacity counts, e.g. m³ or places' },
  capacity: Type.Number({ exclusiveMinimum: 0, maximum: 100_000, description: 'Of each slot' }),
  mostEach: Type.Optional(Type.Number({ exclusiveMinimum: 0, description: 'The most that one booking may take' })),
  opening: Type.Array(
    object({
      days: Type.Array(Type.Integer({ minimum: 1, maximum: 7 }), {
        minItems: 1,
        uniqueItems: true,
        description: '1 is Monday',
      }),
      from: Time,
      to: Time,
    }),
    { minItems: 1, maxItems: 20 },
  ),
  slotMinutes: Type.Optional(
    Type.Integer({ minimum: 5, maximum: 1440, description: 'Absent: each opening is one slot' }),
  ),
  commune: Type.Optional({ ...Type.String(), description: 'The slug of its commune; absent: the whole territory' }),
  closedOn: Type.Optional(Type.Array(Day, { maxItems: 366, uniqueItems: true })),
  isOpenOnHolidays: Type.Optional(Type.Boolean()),
  noticeHours: Type.Integer({ minimum: 0, maximum: 2400, description: 'The least time before a slot' }),
  aheadDays: Type.Integer({ minimum: 1, maximum: 365, description: 'How far ahead slots can be booked' }),
  cancelHours: Type.Integer({ minimum: 0, maximum: 2400, description: 'The least time before a slot to cancel' }),
  openBookingsEach: Type.Integer({ minimum: 1, maximum: 100, description: 'How many one e-mail address may have' }),
  waitingPlaces: Type.Integer({ minimum: 0, maximum: 1000, description: 'Of the waiting list of each slot' }),
  offerHours: Type.Integer({ minimum: 1, maximum: 240, description: 'How long an offered place is held' }),
  remindHours: Type.Integer({ minimum: 0, maximum: 240, description: 'Before the slot; 0: no reminder' }),
  reminder: Type.Optional({ ...Texts, description: 'What to do, e.g. to put the things out after 19:00' }),
});
export type Resource = Value<typeof Resource>;

export const KeptResource = object({ id: Id, ...Resource.properties });
const Booked = object({ ...Booking.properties, dossier: Reference });
const ID = { id: identifier() };

export const bookingContract = contract(BOOKINGS, {
  resources: {
    access: 'read',
    summary: 'What can be booked',
    answers: { 200: object({ resources: Type.Array(KeptResource) }) },
  },
  save: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Stores a resource; bookings stay as they are',
    params: ID,
    body: Resource,
    answers: { 200: KeptResource },
    example: {
      params: { id: 'bulky' },
      body: {
        name: { fr: 'Tournée des encombrants' },
        unit: { fr: 'm³' },
        capacity: 12,
        opening: [{ days: [3], from: '06:00', to: '12:00' }],
        noticeHours: 36,
        aheadDays: 60,
        cancelHours: 24,
        openBookingsEach: 2,
        waitingPlaces: 5,
        offerHours: 24,
        remindHours: 18,
      },
    },
  },
  remove: {
    access: 'administer',
    audited: { values: 'above' },
    summary: 'Removes a resource without bookings to come; 409 otherwise',
    params: ID,
    answers: { 204: null },
  },
  bookings: {
    access: 'read',
    summary: 'The bookings of a resource that the caller may read',
    params: ID,
    query: { from: day(), to: day() },
    answers: { 200: object({ bookings: Type.Array(Booked) }) },
  },
});

export type BookingContract = typeof bookingContract;
export type KeptResource = Value<typeof KeptResource>;
