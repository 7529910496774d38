import { type Static, type TObject, type TObjectOptions, type TProperties, type TSchema, Type } from 'typebox';
import type { AccessNeed } from '../access/access.ts';
import type { ParameterShape, Values } from '../parameters/parameter-shape.ts';
import type { AuditedChange } from '../routes/audited-change.ts';
import type { Answers, Media } from '../routes/content.ts';

export { type Static, Type } from 'typebox';
export type { ParameterShape } from '../parameters/parameter-shape.ts';
export * from '../parameters/readers.ts';
export { type Content, isMedia, type Media, media } from '../routes/content.ts';

/** The operations of a service by name: `{ building: 'GET /energy/buildings/:id' }`. */
export interface PathTable {
  readonly [name: string]: `${'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE'} /${string}`;
}

/** Everything that callers of an operation know of it. What it is about (`objects`) is said where it is served. */
export interface OperationContract {
  /** One line. */
  readonly summary: string;
  readonly access: AccessNeed;
  /** Of the path. */
  readonly params?: ParameterShape;
  readonly query?: ParameterShape;
  /** `Type.Optional(object({ … }))`: without a body, it is an empty object. */
  readonly body?: TSchema | Media;
  readonly answers: Answers;
  /** A valid call. Required if there is a body. */
  readonly example?: {
    readonly params?: Readonly<Record<string, unknown>>;
    readonly query?: Readonly<Record<string, unknown>>;
    readonly body?: unknown;
  };
  readonly audited?: AuditedChange;
  /** It may be stored by caches: it is sent with an ETag. What hardly changes may be stored for a day. */
  readonly cached?: 'minute' | 'day';
  /**
   * For an operation that requires nothing, and yet serves tenants that are not public: because it checks a secret of
   * the request, or because its answer has nothing of a tenant.
   */
  readonly anyTenant?: true;
  /** It keeps nothing, although it uses POST. Others are closed to who sees the product as somebody else. */
  readonly onlyReads?: true;
  /** It creates a long-lived credential, so it requires a token of a user who has recently signed in. */
  readonly recentSignIn?: true;
  /** The maximum body size in bytes. Default: that of the scope. */
  readonly bodyLimit?: number;
}

/** A contract of a service: the paths are apart, so that a browser loads them without the schemas. */
export interface Contract<
  P extends PathTable = PathTable,
  O extends { readonly [N in keyof P]: OperationContract } = { readonly [N in keyof P]: OperationContract },
> {
  readonly paths: P;
  readonly operations: O;
}

/** Describes the operations of a path table. Types check the parameters of each path, and the example. */
export function contract<const P extends PathTable, const O extends { readonly [N in keyof P]: OperationContract }>(
  paths: P,
  operations: O & Checked<P, O>,
): Contract<P, O> {
  return { paths, operations };
}

/** An object with these members and no others. */
export function object<P extends TProperties>(properties: P, description?: string): TObject<P> {
  return Type.Object(properties, { additionalProperties: false, ...(description !== undefined && { description }) });
}

/** A text in each language of the product. */
export const InAllLanguages = object({ fr: Type.String(), en: Type.String(), de: Type.String(), lb: Type.String() });

/** A place of an entity: longitude and latitude in degrees. A height may follow, which the type leaves out. */
export const Position = Type.Unsafe<readonly [longitude: number, latitude: number]>({
  type: 'array',
  items: { type: 'number' },
  minItems: 2,
  maxItems: 3,
  description: 'Longitude and latitude, degrees',
});

/**
 * An object with members of any name. Unlike `Type.Record`, whose pattern for names stops at a line break, it checks the
 * values of all of them.
 */
export function byName<S extends TSchema>(schema: S, options: TObjectOptions = {}) {
  return Type.Unsafe<Record<string, Static<S>>>({ ...options, type: 'object', additionalProperties: schema });
}

/** Some of the members of an object, and no others. TypeBox's `Partial` alone would admit any. */
export function partial<P extends TProperties>(schema: TObject<P>) {
  return Type.Partial(schema, { additionalProperties: false });
}

/**
 * An object whose other members depend on the one called `tag`: `variants('act', { close: object({}), … })`. What is wrong
 * is told of the variant that the value names.
 */
export function variants<const K extends string, M extends { readonly [name: string]: TObject }>(tag: K, members: M) {
  const oneOf = Object.entries(members).map(([name, { properties }]) =>
    object({ [tag]: Type.Literal(name), ...properties }),
  );
  return Type.Unsafe<Variant<K, M>>({ type: 'object', discriminator: { propertyName: tag }, oneOf });
}

type Variant<K extends string, M extends { readonly [name: string]: TObject }> = {
  [N in keyof M & string]: Flat<{ [Tag in K]: N } & Static<M[N]>>;
}[keyof M & string];
type Flat<T> = { [N in keyof T]: T[N] };

export type DeepReadonly<T> = T extends object ? { readonly [K in keyof T]: DeepReadonly<T[K]> } : T;

/** The value of a schema. */
export type Value<S extends TSchema> = DeepReadonly<Static<S>>;

/** A path always has its parameters. */
type PathValues<S extends ParameterShape> = { readonly [N in keyof S]: NonNullable<Values<S>[N]> };
type None = Readonly<Record<never, never>>;

export type ParamsOf<O> = O extends { readonly params: infer S extends ParameterShape } ? PathValues<S> : None;
export type QueryOf<O> = O extends { readonly query: infer S extends ParameterShape } ? Values<S> : None;

/** The arguments of a call, as a client gives them. */
export type CallOf<O> = (O extends { readonly params: infer S extends ParameterShape }
  ? { readonly params: PathValues<S> }
  : None) &
  (O extends { readonly query: infer S extends ParameterShape } ? GivenQuery<Given<S>> : None) &
  (O extends { readonly body: infer B }
    ? B extends Omissible
      ? { readonly body?: Value<B> }
      : { readonly body: B extends Media ? Blob | string : B extends TSchema ? Value<B> : never }
    : None);

/** `body: Type.Optional(…)`: it may be missing. */
type Omissible = TSchema & { readonly '~optional': true };

/** The body of a request. A file is read by a parser of its scope. */
export type BodyOf<O> = O extends { readonly body: infer B extends TSchema }
  ? B extends Media
    ? unknown
    : Value<B>
  : unknown;

type GivenQuery<Q> = None extends Q ? { readonly query?: Q } : { readonly query: Q };

/** Optional where the server has a default. A time may be a text. */
type Given<S extends ParameterShape> = {
  readonly [N in keyof S as S[N] extends Needed ? N : never]: GivenValue<Values<S>[N]>;
} & { readonly [N in keyof S as S[N] extends Needed ? never : N]?: GivenValue<Values<S>[N]> | undefined };
type Needed = { readonly isNeeded: true };
type GivenValue<T> = T extends Date ? Date | string : T;

type ParamNames<P extends string> = P extends `${string}:${infer N}/${infer Rest}`
  ? N | ParamNames<`/${Rest}`>
  : P extends `${string}:${infer N}`
    ? N
    : never;

/** What the types of an operation's members can't say on their own. */
type Checked<P extends PathTable, O> = {
  readonly [N in keyof O]: N extends keyof P
    ? ([ParamNames<P[N]>] extends [never]
        ? { readonly params?: never }
        : { readonly params: { readonly [Name in ParamNames<P[N]>]: object } }) &
        (O[N] extends { readonly body: Media }
          ? { readonly example?: Partial<CallOf<O[N]>> }
          : O[N] extends { readonly body: TSchema }
            ? { readonly example: CallOf<O[N]> }
            : { readonly example?: Partial<CallOf<O[N]>> })
    : never;
};
