import type { Entity } from '@alzette/ngsi-ld-schemas';

/** Neither an MQTT message nor a request can use this prefix, so messages with it are our own. */
const PREFIX = 'source#';

export function sourceTopic(sourceId: string): string {
  return PREFIX + sourceId;
}

/** A source's message in the inbox; undefined: it is another kind of message. */
export function readSourceMessage(
  topic: string,
  body: Uint8Array,
): { readonly tenant: string; readonly entities: Entity[] } | undefined {
  return topic.startsWith(PREFIX) ? JSON.parse(Buffer.from(body).toString()) : undefined;
}
