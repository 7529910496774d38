/** As many as there are rows in `iot.inbox_partition`. */
export const PARTITIONS = 64;

/** The partition of what has this key: a DevEUI, `<apikey>/<device_id>`, or else a topic. */
export function partitionOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 16) & (PARTITIONS - 1);
}
