import { object, Type, type Value } from '@alzette/kit/contract';
import { DocumentId, Words } from './words.ts';

const Optional = Type.Optional(Type.Number());
const Side = object({ id: DocumentId, title: Words, unit: Words });

export const Crossing = object(
  {
    a: Side,
    b: Side,
    points: Type.Array(
      object({
        slug: Type.String(),
        name: Type.String(),
        a: Type.Number(),
        b: Type.Number(),
        isSmall: Type.Boolean({ description: 'One of the two counts too few events for a comparison' }),
      }),
    ),
    missing: Type.Array(Type.String(), { description: 'Communes without one of the two values' }),
    correlation: Optional,
    needed: Type.Optional(
      Type.Number({ description: 'What a correlation of so many points must exceed, not to be chance (5 %)' }),
    ),
    isClear: Type.Boolean({ description: 'It exceeds it, with at least five points' }),
  },
  'Two indicators beside each other: that they go together does not say that one is the reason for the other',
);

const Group = object({ numerator: Type.Number(), denominator: Optional, value: Type.Number() });
export const Difference = object(
  {
    indicator: Side,
    before: Type.String(),
    after: Type.String(),
    changed: object({ before: Group, after: Group }),
    others: object({ before: Group, after: Group }),
    ratio: Type.Number({ description: 'The change of those that changed, divided by that of the others' }),
    low: Type.Optional(Type.Number({ description: 'What chance alone explains (95 %), for counted events' })),
    high: Optional,
    smallest: Type.Optional(
      object(
        { rise: Type.Number(), fall: Type.Number() },
        'The smallest change that these numbers would show (80 % power)',
      ),
    ),
    isSmall: Type.Boolean(),
    trend: Type.Array(object({ period: Type.String(), changed: Optional, others: Optional }), {
      description: 'Of all periods: before the change both must go in parallel',
    }),
  },
  'Before and after, against those where nothing changed: a difference in differences',
);

export type Crossing = Value<typeof Crossing>;
export type Difference = Value<typeof Difference>;
