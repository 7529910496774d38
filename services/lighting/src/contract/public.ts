import { contract, decimal, object, Type, text, type Value } from '@alzette/kit/contract';
import { Savings } from './measures.ts';
import { PUBLIC_LIGHTING } from './paths.ts';
import { Day, Instant, Levels } from './schemas.ts';

const orNull = <S extends Type.TSchema>(schema: S) => Type.Union([schema, Type.Null()]);

const Withheld = object({
  figure: Type.Enum(['lastNight', 'thisYear', 'communes']),
  zone: Type.String({ description: 'A commune; empty for the whole territory' }),
  measuredShare: Type.Number(),
});

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
        leastMeasured: Type.Number({
          description: 'Figures for which a smaller share of the park was measured are withheld',
        }),
        withheld: Type.Array(Withheld, { description: 'The figures that are not shown for that reason' }),
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
export type Withheld = Value<typeof Withheld>;
