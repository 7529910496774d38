import type { Context } from '../../context/contexts.ts';
import type { EntityFragment } from '../../model/fragment.ts';
import type { TemporalFragment } from '../../model/temporal/temporal-fragment.ts';
import type { JsonObject } from '../../model/values.ts';
import type { TypeSelection } from '../../query/type-selection.ts';
import { type SourceCall, segment } from '../calls/source-call.ts';
import { typeText } from '../registrations/narrow-query.ts';
import type { RemoteWrite } from './distributed-write.ts';
import { givesValue, namesGiven, namesIn, shareAttribute, shareDocument } from './share-document.ts';

type Method = SourceCall['method'];

/** The path of an entity at a source. */
export function pathOf(id: string): string {
  return `/entities/${segment(id)}`;
}

/** The path of an entity's attributes at a source. With a trailing slash, because some sources accept only that. */
export function attributesPath(id: string): string {
  return `${pathOf(id)}/attrs/`;
}

/** The local share of a write: attributes by IRI; absent: all of it. */
export interface Left {
  readonly names?: ReadonlySet<string>;
}

/** The path of the evolution of an entity at a source. */
export function evolutionPath(id: string): string {
  return `/temporal/entities/${segment(id)}`;
}

/** The common part of all writes on an entity. */
interface EntityWrite {
  readonly method: Method;
  readonly id: string;
  /** The @context of the request's names. */
  readonly context: Context;
  /** URL parameters to forward. */
  readonly query?: { readonly [name: string]: string | undefined };
  readonly selection?: TypeSelection | undefined;
}

/** A write with a document, of which each source gets its share. */
export function documentWrite(
  write: EntityWrite & {
    /** Below `/ngsi-ld/v1`. */
    readonly path: string;
    /** IRIs; absent: the document names none. */
    readonly types?: readonly string[] | undefined;
    readonly document: JsonObject;
    readonly replacesAll?: boolean;
  },
): RemoteWrite {
  const { method, id, types, document, context, selection, path, query, replacesAll } = write;
  return {
    target: { id, types, names: namesIn(document, context) },
    given: () => namesGiven(document, context),
    call: (share, names) => ({
      method,
      path,
      query: { ...query, type: typeText(selection, names) },
      body: shareDocument(document, share, context, names),
    }),
    ...(replacesAll && { replacesAll }),
  };
}

/** A write on one attribute, forwarded completely to each source that has it. */
export function attributeWrite(
  write: EntityWrite & {
    readonly name: string;
    readonly body?: JsonObject;
    /** Below `/ngsi-ld/v1`, in the names used for the source. */
    readonly path?: (term: string) => string;
  },
): RemoteWrite {
  const { method, id, name, context, selection, query, body } = write;
  const { path = (term) => `/entities/${segment(id)}/attrs/${segment(term)}` } = write;
  return {
    target: { id, names: new Set([name]) },
    given: () => (body !== undefined && givesValue(body) ? [name] : []),
    call: ({ registration }, names) => ({
      method,
      path: path(names.compact(name)),
      query: { ...query, type: typeText(selection, names) },
      ...(body && { body: shareAttribute(body, registration, context, names) }),
    }),
  };
}

/** A write on the history of one attribute, or on one of its instances. */
type HistoryWrite = EntityWrite & {
  readonly name: string;
  readonly instanceId?: string;
  /** An instance, either plain or under the name of its attribute. */
  readonly body?: JsonObject;
};

export function historyWrite(write: HistoryWrite): RemoteWrite {
  const { id, instanceId } = write;
  const instance = instanceId === undefined ? '' : `/${segment(instanceId)}`;
  return attributeWrite({ ...write, path: (term) => `${evolutionPath(id)}/attrs/${segment(term)}${instance}` });
}

/** A write on an entity as a whole. */
export function wholeWrite(write: EntityWrite & { readonly path: string }): RemoteWrite {
  const { method, id, path, query, selection } = write;
  return {
    target: { id },
    call: (_share, names) => ({ method, path, query: { ...query, type: typeText(selection, names) } }),
  };
}

/** The local share of a fragment. */
export function partOf<Fragment extends Pick<EntityFragment, 'attributes'> | TemporalFragment>(
  fragment: Fragment,
  { names }: Left,
): Fragment {
  if (names === undefined) return fragment;
  const attributes = Object.entries(fragment.attributes).filter(([name]) => names.has(name));
  return { ...fragment, attributes: Object.fromEntries(attributes) };
}

/** The local share of a document. */
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
