import { object, Type, type Value } from '@alzette/kit/contract';
import { Indicator } from './indicator.ts';
import { DocumentId } from './words.ts';

const { title, unit, better, digits } = Indicator.properties;

export const Shared = object({
  indicators: Type.Array(DocumentId, { maxItems: 200, uniqueItems: true, description: 'Of the product' }),
});

/** The collectivities of an installation beside each other, as far as each consents. */
export const Comparison = object({
  shared: Type.Array(DocumentId, { description: 'What this collectivity lets the others see' }),
  collectivities: Type.Array(
    object({
      tenant: Type.String({ description: 'The installation’s own is @default' }),
      name: Type.String(),
      isOwn: Type.Boolean(),
    }),
  ),
  indicators: Type.Array(
    object({
      id: DocumentId,
      ...{ title, unit, better, digits },
      values: Type.Array(
        object({
          tenant: Type.String(),
          period: Type.String(),
          value: Type.Number(),
        }),
        { description: 'The latest of each that shares it, and one’s own' },
      ),
    }),
  ),
});
export type Comparison = Value<typeof Comparison>;
