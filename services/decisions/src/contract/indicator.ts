import { byName, object, Type, type Value } from '@alzette/kit/contract';
import { Observed } from './statistics.ts';
import { DocumentId, Formula, Name, Title, Words } from './words.ts';

const Input = object({
  statistic: Type.Optional(object({ flow: DocumentId, variable: Name })),
  entities: Type.Optional(
    object({
      type: Type.String({ minLength: 1, maxLength: 100 }),
      q: Type.Optional(Type.String({ maxLength: 1000 })),
      measure: Type.Enum(['count', 'sum', 'average']),
      attribute: Type.Optional(Type.String({ minLength: 1, maxLength: 100 })),
    }),
  ),
});

/** What a number means, and how it is computed. */
export const Indicator = object({
  title: Words,
  definition: Words,
  theme: Type.Enum(['people', 'homes', 'economy', 'energy', 'waste', 'mobility', 'safety', 'service']),
  unit: Words,
  better: Type.Enum(['more', 'less', 'neither']),
  inputs: byName(Input, { description: 'By the names that the formulas use' }),
  numerator: Formula,
  denominator: Type.Optional(Formula),
  per: Type.Optional(Type.Number({ exclusiveMinimum: 0, maximum: 1e9 })),
  isCount: Type.Boolean({ description: 'The numerator counts events, so that chance alone moves it' }),
  isAddable: Type.Boolean({ description: 'Whether numerators and denominators may be added over communes' }),
  digits: Type.Integer({ minimum: 0, maximum: 4 }),
  caution: Type.Optional(Words),
  answers: Title,
});

const VALUE = {
  ...Observed.properties,
  numerator: Type.Optional(Type.Number()),
  denominator: Type.Optional(Type.Number()),
  low: Type.Optional(Type.Number({ description: 'The end of the interval that chance alone explains (95 %)' })),
  high: Type.Optional(Type.Number()),
  isSmall: Type.Optional(Type.Boolean({ description: 'The number is too small for a comparison' })),
};
export const IndicatorValue = object(VALUE);
export const IndicatorShown = object({
  id: DocumentId,
  version: Type.Optional(Type.Integer({ description: 'Absent: it comes with the product' })),
  indicator: Indicator,
  sources: Type.Array(
    object({ title: Words, publisher: Type.String(), licence: Type.String(), address: Type.String() }),
  ),
  territory: Type.Array(IndicatorValue),
  communes: Type.Array(object({ slug: Type.String(), name: Type.String(), values: Type.Array(IndicatorValue) })),
});

export type Indicator = Value<typeof Indicator>;
export type IndicatorValue = Value<typeof IndicatorValue>;
export type IndicatorShown = Value<typeof IndicatorShown>;
