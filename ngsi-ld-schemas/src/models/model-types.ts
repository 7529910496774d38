import type { AttributeKind, AttributeKinds, Geometry, NormalizedAttribute } from '../entity.ts';

export type { Geometry } from '../entity.ts';

/** An attribute of a type: its kind, and its value in simplified form. */
export interface Attr<Kind extends AttributeKind = AttributeKind, Value = unknown> {
  readonly kind: Kind;
  readonly value: Value;
}

interface EntityMembers<Type extends string> {
  id: string;
  type: Type;
  scope?: string | string[];
  '@context'?: unknown;
}

/** The members of an attribute in addition to its value. */
export type AttributeDetails = Omit<NormalizedAttribute<'Property'>, 'type' | keyof AttributeKinds['Property']>;

/** The members of an attribute of a kind, with the value type of the model. */
type Carried<Kind extends AttributeKind, Value> = Kind extends 'Property' | 'GeoProperty'
  ? { value: Value }
  : AttributeKinds[Kind];

type NormalizedAs<Kind extends AttributeKind, Value> = { type: Kind } & Carried<Kind, Value> & AttributeDetails;

/** A text may be a LanguageProperty; the object of a Relationship is a URI. */
type InstanceOf<A> =
  A extends Attr<infer Kind, infer Value>
    ?
        | NormalizedAs<Kind, Value>
        | (string extends Value ? (Kind extends 'Property' ? NormalizedAs<'LanguageProperty', Value> : never) : never)
    : never;

type ConciseInstanceOf<A> =
  A extends Attr<infer Kind, infer Value>
    ?
        | (Kind extends 'Property' | 'GeoProperty' ? Value : never)
        | (Carried<Kind, Value> & { type?: Kind } & AttributeDetails)
    : never;

/** An entity in normalized form (4.5.1). */
export type NormalizedOf<Type extends string, Attributes> = EntityMembers<Type> & {
  [Name in keyof Attributes]: InstanceOf<NonNullable<Attributes[Name]>> | InstanceOf<NonNullable<Attributes[Name]>>[];
};

/** An entity in concise form (4.5.1). */
export type ConciseOf<Type extends string, Attributes> = EntityMembers<Type> & {
  [Name in keyof Attributes]:
    | ConciseInstanceOf<NonNullable<Attributes[Name]>>
    | ConciseInstanceOf<NonNullable<Attributes[Name]>>[];
};

/** An entity in simplified form (4.5.4). */
export type KeyValuesOf<Type extends string, Attributes> = EntityMembers<Type> & {
  [Name in keyof Attributes]: NonNullable<Attributes[Name]> extends Attr<infer Kind, infer Value>
    ? Kind extends 'GeoProperty'
      ? Value extends Geometry
        ? Value
        : Geometry
      : Value
    : never;
};
