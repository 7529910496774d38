import type { Entity } from '@alzette/ngsi-ld-schemas';
import { ofInstance } from './command.ts';
import type { CommandRequest } from './prepare-command.ts';

/** What an entity shows for a refused command, like for a failed one: the attribute may request it again. */
export function refusedCommand(
  { id, type }: { readonly id: string; readonly type?: unknown },
  { command, datasetId, confirmation }: Pick<CommandRequest, 'command' | 'datasetId' | 'confirmation'>,
  reason: string,
): Entity {
  const observedAt = new Date().toISOString();
  const instance = ofInstance(datasetId ?? null);
  return {
    id,
    type: typeof type === 'string' ? type : 'Device',
    [command]: { type: 'Property', value: '', ...instance },
    ...(confirmation !== 0 && {
      [`${command}_status`]: { type: 'Property', value: 'ERROR', observedAt, ...instance },
      [`${command}_info`]: { type: 'Property', value: reason, observedAt, ...instance },
    }),
  };
}
