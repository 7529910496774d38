import type { Entity } from '@alzette/ngsi-ld-schemas';

/** What an entity shows for a refused command, like for a failed one: the attribute may request it again. */
export function refusedCommand(
  { id, type }: { readonly id: string; readonly type?: unknown },
  command: string,
  reason: string,
): Entity {
  const observedAt = new Date().toISOString();
  return {
    id,
    type: typeof type === 'string' ? type : 'Device',
    [command]: { type: 'Property', value: '' },
    [`${command}_status`]: { type: 'Property', value: 'ERROR', observedAt },
    [`${command}_info`]: { type: 'Property', value: reason, observedAt },
  };
}
