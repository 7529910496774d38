import { type Caller, readableBy } from '../../access/caller.ts';
import { type Visibility, type VisibleNames, visibleNames } from '../../access/visibility.ts';
import type { Database, Queryable } from '../../database/database.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { withoutExpired } from '../../model/expiry.ts';
import type { NameCompactor } from '../../model/names.ts';
import { headOf, representTexts, TEXT_SEPARATOR, type TextFormat } from '../../model/represent/fast/represent-text.ts';
import { representEntity } from '../../model/represent/represent.ts';
import type { EntityQuery } from '../../query/entity-query.ts';
import { queryShown, retrieveDocument, retrieveEntity } from './entity-queries.ts';
import type { StoredDocument } from './stored-document.ts';

/** The representation of entities that are shown completely, so that their stored texts need no parsing. */
export interface TextShape {
  readonly names: NameCompactor;
  readonly format: TextFormat;
}

/** A page of matching entities. */
export interface TextPage {
  /** The JSON texts of the entities, joined with `TEXT_SEPARATOR`. */
  readonly texts: string;
  /** The total number of matches, if requested. */
  readonly count?: number;
  readonly hasNext: boolean;
}

/** Query Entities (5.7.2). Expired entities are left out. */
export async function queryEntityTexts(
  db: Database,
  caller: Caller,
  query: EntityQuery,
  shape: TextShape,
): Promise<TextPage> {
  const { found, ...page } = await queryShown(db, caller, query);
  if (typeof found === 'string') return { ...page, texts: representTexts(found, shape.names, shape.format) };
  return { ...page, texts: found.map((document) => answerOf(document, shape)).join(TEXT_SEPARATOR) };
}

/**
 * Retrieve Entity (5.7.1): the part of it that the caller may see.
 *
 * @throws NgsiLdError ResourceNotFound
 */
export async function retrieveEntityText(db: Queryable, caller: Caller, id: string, shape: TextShape): Promise<string> {
  const read = readableBy(caller);
  const text = dependsOnPlace(read) ? undefined : await visibleText(db, caller, id, read, shape);
  if (text !== undefined) return text;
  const entity = await retrieveEntity(db, caller, id);
  if (entity === undefined) throw notFound(id);
  const at = new Date().toISOString();
  return JSON.stringify(representEntity(withoutExpired(entity, at), shape.names, { ...shape, sysAttrs: false }));
}

/** Undefined if the text is not enough and the document must be read. */
async function visibleText(
  db: Queryable,
  caller: Caller,
  id: string,
  read: Visibility,
  { names, format }: TextShape,
): Promise<string | undefined> {
  const document = await retrieveDocument(db, caller.tenant, id);
  if (document === undefined) throw notFound(id);
  const { shown } = document;
  if (shown === undefined) return undefined;
  const visible = visibleOf(read, shown);
  if (visible === undefined) throw notFound(id);
  return representTexts(shown, names, format, visible === 'all' ? undefined : visible);
}

function dependsOnPlace(read: Visibility): boolean {
  return read !== 'all' && read.some(({ entities }) => entities.geoQ !== undefined);
}

function visibleOf(read: Visibility, shown: string): VisibleNames | undefined {
  return read === 'all'
    ? 'all'
    : visibleNames(read, { ...headOf(shown), createdAt: '', modifiedAt: '', attributes: {} });
}

function notFound(id: string): NgsiLdError {
  return new NgsiLdError('ResourceNotFound', `There is no entity ${id}`);
}

function answerOf(document: StoredDocument, { names, format }: TextShape): string {
  if (document.shown !== undefined) return representTexts(document.shown, names, format);
  const entity = withoutExpired(document.entity, new Date().toISOString());
  return JSON.stringify(representEntity(entity, names, { format, sysAttrs: false }));
}
