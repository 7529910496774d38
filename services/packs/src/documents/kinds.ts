import { isDeepStrictEqual } from 'node:util';
import { bodyReader, type JsonSchema } from '@alzette/kit/bodies';
import { type AskProduct, mustAnswer } from './ask-product.ts';

export { askAsSender } from './ask-as-sender.ts';
export { type AskProduct, mustAnswer, ProductRefusal } from './ask-product.ts';

/** A configuration document, in the form of files and of the API. */
export interface ConfigurationDocument {
  readonly id: string;
  readonly [member: string]: unknown;
}

/** A kind of configuration that a territory's folder, or a pack, can contain: a subfolder of documents. */
export interface ConfigurationKind {
  /** The name of the subfolder and of the kind. */
  readonly folder: string;
  /** The path of the list of all documents. */
  readonly list: string;
  /** For all of them, if the list has pages. */
  readonly query?: string;
  /** Extracts the documents from the answer to that path. */
  documents(answer: unknown): readonly ConfigurationDocument[];
  /** The API's defaults for missing members. */
  readonly defaults?: { readonly [member: string]: unknown };
  /** The JSON Schema of a document, by which files are validated without the product. */
  readonly schema: JsonSchema;
  /** A validation with clearer messages than those of a general validator. @returns the fault */
  faultOf?(document: unknown): string | undefined;
  /** Asks the product what is wrong with a document, without storing it. @returns the fault */
  check?(ask: AskProduct, document: ConfigurationDocument): Promise<string | undefined>;
  /** The product never deletes its documents, because past ones are told by them: who removes a pack keeps them. */
  readonly isKept?: true;
  /** Whether the body of its `PUT` repeats the id of the path. */
  readonly hasIdInBody?: boolean;
  /** Writes a document, if a `PUT` is not enough. */
  put?(ask: AskProduct, document: ConfigurationDocument): Promise<void>;
}

/** The path of one document. */
export function pathOf({ list }: ConfigurationKind, id: string): string {
  return `${list}/${encodeURIComponent(id)}`;
}

/** @throws ProductRefusal */
export async function listDocuments(
  ask: AskProduct,
  kind: ConfigurationKind,
): Promise<readonly ConfigurationDocument[]> {
  return kind.documents(await mustAnswer(ask, 'GET', kind.list + (kind.query ?? '')));
}

/** @throws ProductRefusal */
export async function putDocument(
  ask: AskProduct,
  kind: ConfigurationKind,
  document: ConfigurationDocument,
): Promise<void> {
  if (kind.put) return kind.put(ask, document);
  const { id, ...body } = document;
  await mustAnswer(ask, 'PUT', pathOf(kind, id), { body: kind.hasIdInBody ? document : body });
}

/** @throws ProductRefusal */
export async function deleteDocument(ask: AskProduct, kind: ConfigurationKind, id: string): Promise<void> {
  await mustAnswer(ask, 'DELETE', pathOf(kind, id), { accepted: [404] });
}

/** The names of members that differ, where a missing one has its default. */
export function differentMembers(
  { defaults }: Pick<ConfigurationKind, 'defaults'>,
  a: ConfigurationDocument,
  b: ConfigurationDocument,
): string[] {
  const [left, right]: { readonly [member: string]: unknown }[] = [
    { ...defaults, ...a },
    { ...defaults, ...b },
  ];
  const names = new Set([...Object.keys(left ?? {}), ...Object.keys(right ?? {})]);
  return [...names].filter((name) => !isDeepStrictEqual(left?.[name], right?.[name])).sort();
}

/** What of a value does not fit a schema, in one sentence; undefined: it fits. */
export function faultOf(schema: JsonSchema, value: unknown): string | undefined {
  try {
    bodyReader(schema)(value);
    return undefined;
  } catch (error) {
    const { detail, message } = error as { detail?: string; message: string };
    return detail ?? message;
  }
}

/** What of a document does not fit its kind. */
export function faultOfDocument(kind: ConfigurationKind, document: ConfigurationDocument): string | undefined {
  return kind.faultOf ? kind.faultOf(document) : faultOf(kind.schema, document);
}
