import type { JsonObject } from '../../model/values.ts';

/**
 * The document that sources get. The path names the entity, and 5.6.2.4 and 5.6.3.4 have no error for another id in the
 * document, which official cases send: that id is not looked at, and sources get the one of the path.
 */
export function documentOf(body: JsonObject, id: string): JsonObject {
  return 'id' in body ? { ...body, id } : body;
}
