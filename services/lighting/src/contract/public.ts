import { contract, decimal, object, Type, text } from '@alzette/kit/contract';
import { Savings } from './measures.ts';
import { PUBLIC_LIGHTING } from './paths.ts';
import { Day, Instant, Levels } from './schemas.ts';

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

/** Public figures of the lighting of a public tenant. */
export const publicLightingContract = contract(PUBLIC_LIGHTING, {
  savings: {
    access: 'nothing',
    summary: 'Public: the savings of lighting last night and this year',
    answers: {
      200: object({
        night: orNull(Day),
        lastNight: orNull(Savings),
        thisYear: orNull(Savings),
        communes: Savings.properties.rows,
      }),
    },
  },
  streets: {
    access: 'nothing',
    summary: 'Public: the lit streets of each commune',
    answers: { 200: object({ streets: Type.Array(object({ commune: Type.String(), street: Type.String() })) }) },
  },
  tonight: {
    access: 'nothing',
    summary: 'Public: the level of a street tonight, by its name or the nearest to a place',
    query: {
      commune: text(),
      street: text(),
      longitude: decimal({ min: -180, max: 180 }),
      latitude: decimal({ min: -90, max: 90 }),
    },
    answers: {
      200: object({
        commune: Type.String(),
        street: Type.String(),
        lamps: Type.Integer(),
        night: Day,
        timeZone: Type.String(),
        on: Instant,
        off: Instant,
        levelNow: Type.Number(),
        levels: Levels,
      }),
    },
  },
});

export type PublicLightingContract = typeof publicLightingContract;
