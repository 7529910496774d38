import type { Entity } from '@alzette/ngsi-ld-schemas';

/** No message can be published to it, nor a request be posted: what stands under it came from our own hand. */
const PREFIX = 'source#';

export function sourceTopic(sourceId: string): string {
  return PREFIX + sourceId;
}

/** What a source put into the inbox; undefined: the message is of something else. */
export function readSourceMessage(
  topic: string,
  body: Uint8Array,
): { readonly tenant: string; readonly entities: Entity[] } | undefined {
  return topic.startsWith(PREFIX) ? JSON.parse(Buffer.from(body).toString()) : undefined;
}
