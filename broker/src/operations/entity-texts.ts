import type { Entity } from '../model/entity.ts';
import { NgsiLdError } from '../model/errors.ts';
import { withoutExpired } from '../model/expiry.ts';
import type { NameCompactor } from '../model/names.ts';
import { representEntity } from '../model/represent.ts';
import { representText, type TextFormat } from '../model/represent-text.ts';
import type { EntityQuery } from '../query/entity-query.ts';
import { rights, type Visibility, visibleEntity, visibleNames } from '../query/visibility.ts';
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
 * Retrieve Entity (5.7.1), as far as it is visible.
 *
 * @throws NgsiLdError ResourceNotFound
 */
export async function retrieveEntityText(db: Queryable, tenant: string, id: string, shape: TextShape): Promise<string> {
  const text = await retrieveDocument(db, tenant, id);
  const document = text === undefined ? undefined : new StoredDocument(text);
  const read = rights.getStore()?.read ?? 'all';
  const visible = document && (read === 'all' ? read : visibleNames(read, decidingPart(read, document)));
  if (document === undefined || visible === undefined) {
    throw new NgsiLdError('ResourceNotFound', `There is no entity ${id}`);
  }
  const at = new Date().toISOString();
  if (visible === 'all') return shown(document, shape, at);
  return representText(document.text, shape.names, shape.format, visible) ?? shownPart(read, document, shape, at);
}

/** What rules look at: where none asks for a place, the entity without its attributes, which is soon read. */
function decidingPart(rules: Exclude<Visibility, 'all'>, document: StoredDocument): Entity {
  return rules.some(({ entities }) => entities.geoQ !== undefined) ? document.entity : document.head;
}

function shownPart(read: Visibility, document: StoredDocument, { names, format }: TextShape, at: string): string {
  const part = visibleEntity(read, document.entity) as Entity; // its names were visible
  return JSON.stringify(representEntity(withoutExpired(part, at), names, { format, sysAttrs: false }));
}

function shown(document: StoredDocument, { names, format }: TextShape, at: string): string {
  const text = document.answer(names, format, (stored) => representText(stored, names, format));
  if (text !== undefined) return text;
  return JSON.stringify(representEntity(withoutExpired(document.entity, at), names, { format, sysAttrs: false }));
}
