import type { Entity } from '@alzette/ngsi-ld-schemas';

/** How records of one kind are written to the broker. */
export interface Kind<State extends RecordState> {
  readonly name: 'alarm' | 'workOrder';
  /** The entity's type, as a term of `context`. */
  readonly type: string;
  /** URL of the @context that the entity is written and read with. */
  readonly context: string;
  /** The name of the kind in error messages. */
  readonly title: string;
  attributesOf(state: State): Attributes;
  /** The terms that `attributesOf` may leave out, with the kind of each attribute. */
  readonly optional: { readonly [term: string]: Attribute['type'] };
  /** The state of an entity that another program created; in simplified form. */
  stateOf(entity: Entity): State;
}

export interface RecordState {
  readonly id: string;
  readonly scope?: readonly string[];
}

/** Attributes of an entity in normalized form, by term. */
export interface Attributes {
  readonly [term: string]: Attribute;
}

export type Attribute =
  | { readonly type: 'Property'; readonly value: unknown; readonly unitCode?: string }
  | { readonly type: 'GeoProperty'; readonly value: unknown }
  | { readonly type: 'Relationship'; readonly object: string | readonly string[] };

const NGSI_LD_NULL = 'urn:ngsi-ld:null';

/** A Property; undefined without a value or for an empty list. */
export function property(value: unknown): Attribute | undefined {
  return value === undefined || isEmpty(value) ? undefined : { type: 'Property', value };
}

/** A Relationship; undefined without an object. */
export function relationship(object: string | readonly string[] | undefined): Attribute | undefined {
  if (object === undefined || isEmpty(object)) return undefined;
  return {
    type: 'Relationship',
    object: typeof object !== 'string' && object.length === 1 ? String(object[0]) : object,
  };
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The attributes that have a value. */
export function present(attributes: { readonly [term: string]: Attribute | undefined }): Attributes {
  const entries = Object.entries(attributes).filter(([, attribute]) => attribute !== undefined);
  return Object.fromEntries(entries) as Attributes; // undefined attributes have been removed
}

/** The fragment that changes an entity with the attributes `before` to `after`; NGSI-LD Null deletes. */
export function difference(before: Attributes, after: Attributes): Attributes {
  const changed = Object.entries(after).filter(
    ([term, value]) => JSON.stringify(before[term]) !== JSON.stringify(value),
  );
  const removed = Object.entries(before)
    .filter(([term]) => after[term] === undefined)
    .map(([term, { type }]): [string, Attribute] => [term, nothing(type)]);
  return Object.fromEntries([...changed, ...removed]);
}

/** The fragment that makes any entity equal to the state; attributes that the state lacks are deleted. */
export function completely<State extends RecordState>(kind: Kind<State>, state: State): Attributes {
  const attributes = kind.attributesOf(state);
  const absent = Object.entries(kind.optional).filter(([term]) => attributes[term] === undefined);
  return { ...attributes, ...Object.fromEntries(absent.map(([term, type]) => [term, nothing(type)])) };
}

function nothing(type: Attribute['type']): Attribute {
  return type === 'Relationship' ? { type, object: NGSI_LD_NULL } : { type, value: NGSI_LD_NULL };
}

/** The member `scope` of a fragment. An empty list deletes the scopes of the entity. */
export function scopeValue(scope: readonly string[] | undefined): string | readonly string[] {
  return scope === undefined || scope.length === 0 ? NGSI_LD_NULL : scope;
}
