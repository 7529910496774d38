/** The number of rows in `iot.inbox_partition`. */
export const PARTITIONS = 64;

/** The partition of a key: a DevEUI, `<apikey>/<device_id>`, or a topic. */
export function partitionOf(key: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < key.length; at++) hash = Math.imul(hash ^ key.charCodeAt(at), 0x01000193);
  return (hash >>> 16) & (PARTITIONS - 1);
}
