import type { Context } from '../../context/contexts.ts';
import type { EntityFragment } from '../../model/fragment.ts';
import type { TemporalFragment } from '../../model/temporal/temporal-fragment.ts';
import type { JsonObject } from '../../model/values.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import { type SourceCall, segment } from '../calls/source-call.ts';
import { typeText } from '../registrations/narrow-query.ts';
import type { OperationName } from '../registrations/operation-names.ts';
import type { DistributedWrite } from './distributed-write.ts';
import { namesIn, shareAttribute, shareDocument } from './share-document.ts';

type Method = SourceCall['method'];

/** The path of an entity at a source. */
export function pathOf(id: string): string {
  return `/entities/${segment(id)}`;
}

/** The path of an entity's attributes at a source. With a slash at the end: some sources know it by that alone. */
export function attributesPath(id: string): string {
  return `${pathOf(id)}/attrs/`;
}

/** What is left of a write to do here: attributes by IRI; absent: all of it. */
export interface Left {
  readonly names?: ReadonlySet<string>;
}

/** The path of the evolution of an entity at a source. */
export function evolutionPath(id: string): string {
  return `/temporal/entities/${segment(id)}`;
}

/** What all writes on an entity have in common. */
interface EntityWrite<Result> {
  readonly operation: OperationName;
  readonly method: Method;
  readonly id: string;
  /** In which the request's names are. */
  readonly context: Context;
  /** Parameters that go along. */
  readonly query?: { readonly [name: string]: string | undefined };
  readonly selection?: TypeSelection | undefined;
  readonly local: (left: Left) => Promise<Result>;
}

/** A write that brings a document of an entity, of which each source gets its share. */
export function documentWrite<Result>(
  write: EntityWrite<Result> & {
    /** Below `/ngsi-ld/v1`. */
    readonly path: string;
    /** IRIs; absent: the document names none. */
    readonly types?: readonly string[] | undefined;
    readonly document: JsonObject;
    readonly replacesAll?: boolean;
  },
): DistributedWrite<Result> {
  const { operation, method, id, types, document, context, selection, path, query, replacesAll, local } = write;
  return {
    operation,
    target: { id, types, names: namesIn(document, context) },
    selection,
    call: (share, names) => ({
      method,
      path,
      query: { ...query, type: typeText(selection, names) },
      body: shareDocument(document, share, context, names),
    }),
    local,
    ...(replacesAll && { replacesAll }),
  };
}

/** A write on one attribute: whoever has it gets all of it. */
export function attributeWrite<Result>(
  write: EntityWrite<Result> & {
    readonly name: string;
    readonly body?: JsonObject;
    /** Below `/ngsi-ld/v1`, in the names that the source is spoken to in. */
    readonly path?: (term: string) => string;
  },
): DistributedWrite<Result> {
  const { operation, method, id, name, context, selection, query, body, local } = write;
  const { path = (term) => `/entities/${segment(id)}/attrs/${segment(term)}` } = write;
  return {
    operation,
    target: { id, names: new Set([name]) },
    selection,
    call: ({ registration }, names) => ({
      method,
      path: path(names.compact(name)),
      query: { ...query, type: typeText(selection, names) },
      ...(body && { body: shareAttribute(body, registration, context, names) }),
    }),
    local,
  };
}

/** A write on the history of one attribute, or on an instance of it. */
type HistoryWrite<Result> = EntityWrite<Result> & {
  readonly name: string;
  readonly instanceId?: string;
  /** An instance, bare or under the name of its attribute. */
  readonly body?: JsonObject;
};

export function historyWrite<Result>(write: HistoryWrite<Result>): DistributedWrite<Result> {
  const { id, instanceId } = write;
  const instance = instanceId === undefined ? '' : `/${segment(instanceId)}`;
  return attributeWrite({ ...write, path: (term) => `${evolutionPath(id)}/attrs/${segment(term)}${instance}` });
}

/** A write on an entity as a whole. */
export function wholeWrite<Result>(write: EntityWrite<Result> & { readonly path: string }): DistributedWrite<Result> {
  const { operation, method, id, path, query, selection, local } = write;
  return {
    operation,
    target: { id },
    selection,
    call: (_share, names) => ({ method, path, query: { ...query, type: typeText(selection, names) } }),
    local,
  };
}

/** The part of a fragment that is left. */
export function partOf<Fragment extends Pick<EntityFragment, 'attributes'> | TemporalFragment>(
  fragment: Fragment,
  { names }: Left,
): Fragment {
  if (names === undefined) return fragment;
  const attributes = Object.entries(fragment.attributes).filter(([name]) => names.has(name));
  return { ...fragment, attributes: Object.fromEntries(attributes) };
}

/** The part of a document that is left. */
export function partOfDocument(document: JsonObject, { names }: Left, context: Context): JsonObject {
  if (names === undefined) return document;
  const gone = namesIn(document, context).difference(names);
  const members = Object.entries(document).filter(
    ([member]) => member === 'id' || member === 'type' || !isGone(member),
  );
  return Object.fromEntries(members);

  function isGone(member: string): boolean {
    return !member.startsWith('@') && gone.has(context.attribute(member));
  }
}
