import { NgsiLdError } from '../model/errors.ts';
import { withoutExpired } from '../model/expiry.ts';
import type { NameCompactor } from '../model/names.ts';
import { representEntity } from '../model/represent.ts';
import { representText, type TextFormat } from '../model/represent-text.ts';
import type { EntityQuery } from '../query/entity-query.ts';
import type { Database, Queryable } from '../store/database.ts';
import { queryDocuments, retrieveDocument } from '../store/entities.ts';
import { StoredDocument } from '../store/stored-document.ts';

/** How entities go out where all of each is shown: they need not be parsed for it. */
export interface TextShape {
  readonly names: NameCompactor;
  readonly format: TextFormat;
}

/** A page of the entities that match, each the JSON of its answer. */
export interface TextPage {
  readonly texts: readonly string[];
  /** Of all that match, when it was asked for. */
  readonly count?: number;
  readonly hasNext: boolean;
}

/** Query Entities (5.7.2), without what has expired. */
export async function queryEntityTexts(
  db: Database,
  tenant: string,
  query: EntityQuery,
  shape: TextShape,
): Promise<TextPage> {
  const at = new Date().toISOString();
  // One more than asked for tells whether there is a next page.
  const limit = query.limit === 0 ? 0 : query.limit + 1;
  const { documents, count } = await queryDocuments(db, tenant, { ...query, limit });
  const texts = documents.slice(0, query.limit).map((document) => shown(document, shape, at));
  return { texts, hasNext: documents.length > query.limit, ...(count !== undefined && { count }) };
}

/**
 * Retrieve Entity (5.7.1), for who may see all of it.
 *
 * @throws NgsiLdError ResourceNotFound
 */
export async function retrieveEntityText(db: Queryable, tenant: string, id: string, shape: TextShape): Promise<string> {
  const text = await retrieveDocument(db, tenant, id);
  if (text === undefined) throw new NgsiLdError('ResourceNotFound', `There is no entity ${id}`);
  return shown(new StoredDocument(text), shape, new Date().toISOString());
}

function shown(document: StoredDocument, { names, format }: TextShape, at: string): string {
  const text = document.answer(names, format, (stored) => representText(stored, names, format));
  if (text !== undefined) return text;
  return JSON.stringify(representEntity(withoutExpired(document.entity, at), names, { format, sysAttrs: false }));
}
