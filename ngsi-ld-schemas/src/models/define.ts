import type { AttributeKind, Geometry } from '../entity.ts';
import { coreIri, subjectIri } from './iris.ts';
import type { Attribute, JsonSchema, Model } from './model.ts';
import type { Attr, ConciseOf, KeyValuesOf, NormalizedOf } from './model-types.ts';

/** An attribute of a model. The type of its value exists only for the compiler. */
export interface Described<
  Kind extends AttributeKind = AttributeKind,
  Value = unknown,
  Required extends boolean = boolean,
> extends Attribute {
  readonly kind: Kind;
  readonly required?: Required;
  /** Never set; carries the type. */
  readonly $value?: Value;
}

type Described0<Value, Kind extends AttributeKind = 'Property'> = Described<Kind, Value, false>;
type Descriptions = { readonly [name: string]: Described };

/** A model whose attributes the compiler knows. */
export interface DefinedModel<Type extends string = string, A extends Descriptions = Descriptions> extends Model {
  readonly type: Type;
  readonly attributes: A;
}

/** The attributes of a model with kind and value; attributes that are not required are optional. */
export type AttributesOf<M> =
  M extends DefinedModel<string, infer A>
    ? { [N in keyof A as A[N] extends Described<AttributeKind, unknown, true> ? N : never]: AttrOf<A[N]> } & {
        [N in keyof A as A[N] extends Described<AttributeKind, unknown, true> ? never : N]?: AttrOf<A[N]>;
      }
    : never;
type AttrOf<D> = D extends Described<infer Kind, infer Value, boolean> ? Attr<Kind, Value> : never;

/** An entity of a model in each representation (4.5.1, 4.5.4). */
export type Normalized<M extends DefinedModel> = NormalizedOf<M['type'], AttributesOf<M>>;
export type Concise<M extends DefinedModel> = ConciseOf<M['type'], AttributesOf<M>>;
export type KeyValues<M extends DefinedModel> = KeyValuesOf<M['type'], AttributesOf<M>>;

interface Bounds {
  /** UN/CEFACT common code. */
  readonly unit?: string;
  readonly min?: number;
  readonly max?: number;
}

function property<Value>(
  schema: JsonSchema,
  more: Omit<Attribute, 'kind' | 'schema' | 'required'> = {},
): Described0<Value> {
  return { kind: 'Property', schema, ...more };
}

const formatted = (format: string) => () => property<string>({ type: 'string', format });
export const text = () => property<string>({ type: 'string' });
export const dateTime = formatted('date-time');
export const date = formatted('date');
export const time = formatted('time');
export const duration = formatted('duration');
export const uri = formatted('uri');
export const email = formatted('email');
export const flag = () => property<boolean>({ type: 'boolean' });
export const anything = () => property<unknown>({});
export const number = (bounds: Bounds = {}) => numeric('number', bounds);
export const integer = (bounds: Bounds = {}) => numeric('integer', bounds);
/** A ratio from 0 to 1. */
export const ratio = () => number({ unit: 'C62', min: 0, max: 1 });
/** A number, or one of these texts. */
export const textOrNumber = (...values: readonly string[]) =>
  property<string | number>({ type: ['string', 'number'] }, values.length > 0 ? { values, open: true } : {});
export const textOrList = () => property<string | string[]>({ type: ['string', 'array'], items: { type: 'string' } });

function numeric(type: string, { unit, min, max }: Bounds): Described0<number> {
  const schema = { type, ...(min !== undefined && { minimum: min }), ...(max !== undefined && { maximum: max }) };
  return property<number>(schema, unit === undefined ? {} : { unit });
}

/** An enumeration. */
export function choice<const Value extends string | number>(...values: readonly Value[]): Described0<Value> {
  return property<Value>({ enum: values }, { values });
}

/** An open enumeration: other values are allowed. */
export function openChoice(...values: readonly string[]): Described0<string> {
  return property<string>({ type: 'string' }, { values, open: true });
}

export function list<Value>({
  schema,
  kind: _kind,
  required: _required,
  ...more
}: Described0<Value>): Described0<Value[]> {
  return property<Value[]>({ type: 'array', items: schema }, { ...more, many: true });
}

/** An object with these members; others are allowed. */
export function structure<const Name extends string>(
  ...members: readonly Name[]
): Described0<{ [N in Name]?: unknown }> {
  const properties = Object.fromEntries(members.map((member) => [member, {}]));
  return property<{ [N in Name]?: unknown }>({ type: 'object', properties });
}

/** A Relationship to one entity of one of the types. */
export function link(...targets: readonly string[]): Described0<string | string[], 'Relationship'> {
  return { kind: 'Relationship', schema: { type: 'string', minLength: 1 }, ...(targets.length > 0 && { targets }) };
}

/** A Relationship to any number of entities. */
export function links(...targets: readonly string[]): Described0<string | string[], 'Relationship'> {
  return { ...link(...targets), schema: { type: 'array', items: { type: 'string', minLength: 1 } }, many: true };
}

const GEOMETRIES = ['Point', 'MultiPoint', 'LineString', 'MultiLineString', 'Polygon', 'MultiPolygon'] as const;

/** A geometry of one of the types, or of any. */
export function geo<const Type extends Geometry['type'] = Geometry['type']>(
  ...types: readonly Type[]
): Described0<Extract<Geometry, { type: Type }>, 'GeoProperty'> {
  const allowed: readonly string[] = types.length > 0 ? types : GEOMETRIES;
  const properties = { type: { enum: allowed }, coordinates: { type: 'array', minItems: 1 } };
  return { kind: 'GeoProperty', schema: { type: 'object', properties, required: ['type', 'coordinates'] } };
}

export function required<Kind extends AttributeKind, Value>(
  attribute: Described<Kind, Value, false>,
): Described<Kind, Value, true> {
  return { ...attribute, required: true };
}

/** An attribute with the IRI of another vocabulary. */
export function as<D extends Described>(iri: string, attribute: D): D {
  return { ...attribute, iri };
}

/** A model of a subject: names get the IRIs of the core @context if it has them, otherwise of the subject. */
export function model<const Type extends string, A extends Descriptions>(
  subject: string,
  type: Type,
  version: string,
  attributes: A,
  iri = subjectIri(subject, type),
): DefinedModel<Type, A> {
  const placed = Object.entries(attributes).map(([name, attribute]) => [
    name,
    { ...attribute, iri: coreIri(name) ?? attribute.iri ?? subjectIri(subject, name) },
  ]);
  return { subject, type, version, iri, attributes: Object.fromEntries(placed) as A };
}
