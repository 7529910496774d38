import { type RequestTrace, traceOfText } from '@alzette/kit/tracing';
import type { Entity } from '@alzette/ngsi-ld-schemas';

/**
 * One trace for messages that are written together: each entity belongs to the request of its message. If several
 * messages write one entity, it belongs to the last. Undefined: none of them belongs to a request.
 */
export function traceOfEach(
  messages: readonly { readonly entities: readonly Entity[]; readonly trace?: string | undefined }[],
): RequestTrace | undefined {
  const byEntity = new Map<string, string>();
  let first: string | undefined;
  for (const { entities, trace } of messages) {
    if (trace === undefined) continue;
    first ??= trace;
    for (const { id } of entities) byEntity.set(id, trace);
  }
  return first === undefined ? undefined : { ...traceOfText(first), byEntity };
}
