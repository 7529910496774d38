import { InAllLanguages, object, Type, type Value } from '@alzette/kit/contract';

/** A name in documents, which formulas use. */
export const Name = Type.String({ pattern: '^[a-z][A-Za-z0-9]{0,39}$', description: 'E.g. `lampPower`' });
/** The id of a document. */
export const DocumentId = Type.String({ pattern: '^[a-z0-9][a-z0-9-]{0,59}$' });
export const Title = Type.String({ minLength: 1, maxLength: 200 });
export const Words = InAllLanguages;
export type Words = Value<typeof Words>;
export const Unit = Type.String({
  minLength: 1,
  maxLength: 60,
  description:
    'Names and powers with * and /, e.g. `kWh/m^2`; `1` is a plain number, `share` one that is shown in percent',
});
/** A formula in the expression language of the product. */
export const Formula = Type.String({ minLength: 1, maxLength: 2000 });
export const Finite = Type.Number({ minimum: -1e15, maximum: 1e15 });
export const Day = Type.String({ format: 'date' });

/** Where a number comes from. */
export const Source = object({
  title: Type.String({ minLength: 1, maxLength: 300 }),
  address: Type.Optional(Type.String({ maxLength: 500 })),
  page: Type.Optional(Type.String({ maxLength: 60 })),
  year: Type.Optional(Type.Integer({ minimum: 1900, maximum: 2200 })),
});
export type Source = Value<typeof Source>;
