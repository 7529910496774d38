import { toConcise } from '../representation/convert.ts';
import { VALUE_MEMBERS } from '../representation/simplify.ts';
import type { AttributesOf, Concise, DefinedModel, KeyValues, Normalized } from './define.ts';
import type { Attr, AttributeDetails } from './model-types.ts';

type ValueOf<A> = NonNullable<A> extends Attr<infer _Kind, infer Value> ? Value : never;

/** Builds an entity attribute by attribute; a wrong name or value is a compile error. */
export interface EntityBuilder<M extends DefinedModel> {
  /** @param details `observedAt`, `unitCode`, `datasetId`; the default unit of a number is that of the model */
  set<Name extends keyof AttributesOf<M> & string>(
    name: Name,
    value: ValueOf<AttributesOf<M>[Name]>,
    details?: Partial<AttributeDetails>,
  ): EntityBuilder<M>;
  toNormalized(): Normalized<M>;
  toConcise(): Concise<M>;
  toKeyValues(): KeyValues<M>;
}

/** Starts an entity of a model. */
export function build<M extends DefinedModel>(model: M, id: string): EntityBuilder<M> {
  const normalized: Record<string, unknown> = { id, type: model.type };
  const keyValues: Record<string, unknown> = { id, type: model.type };
  const builder: EntityBuilder<M> = {
    set(name, value, details = {}) {
      const { kind, unit } = model.attributes[name] ?? { kind: 'Property' };
      const unitCode = unit !== undefined && unit !== 'C62' && typeof value === 'number' ? { unitCode: unit } : {};
      normalized[name] = { type: kind, [VALUE_MEMBERS[kind] as string]: value, ...unitCode, ...details };
      keyValues[name] = value;
      return builder;
    },
    // The types of `set` have checked each attribute.
    toNormalized: () => ({ ...normalized }) as unknown as Normalized<M>,
    toConcise: () => toConcise(normalized) as unknown as Concise<M>,
    toKeyValues: () => ({ ...keyValues }) as unknown as KeyValues<M>,
  };
  return builder;
}
