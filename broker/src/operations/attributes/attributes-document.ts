import type { JsonObject } from '../../model/values.ts';

/**
 * The document to forward to sources. The path names the entity. An id in the document is ignored and replaced, because
 * 5.6.2.4 and 5.6.3.4 define no error for a different one, and official test cases send one.
 */
export function documentOf(body: JsonObject, id: string): JsonObject {
  return 'id' in body ? { ...body, id } : body;
}
