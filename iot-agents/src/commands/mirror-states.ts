import type { Entity, NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import type { ContextOf } from '../frames/context-of.ts';
import type { Command } from './command.ts';
import { ofInstance, publishedStatus } from './command.ts';
import * as rows from './command-rows.ts';

interface MirrorParts {
  readonly db: Database;
  readonly client: NgsiLdClient;
  readonly contextOf: ContextOf;
  readonly logger: Logger;
}

/**
 * Reports the progress of commands on their entities. True: there may be more to report. Rejects if the broker does not
 * answer.
 */
export async function mirrorStates({ db, client, contextOf, logger }: MirrorParts): Promise<boolean> {
  const pending = await rows.unmirrored(db);
  if (pending.length === 0) return false;
  for (const [tenant, own] of Map.groupBy(pending, ({ command }) => command.tenant)) {
    const entities = own.flatMap(({ command, outdated }) => (outdated ? [] : statusEntities(command)));
    if (entities.length > 0) {
      const { errors } = await client.batchUpsert(entities, { update: true, tenant, context: contextOf(tenant) });
      if (errors.length > 0) logger.warn({ errors }, 'the broker refuses the states of commands');
    }
    await rows.markMirrored(
      db,
      tenant,
      own.map(({ command }) => command),
    );
  }
  return true;
}

/** None if the application does not want to hear of this state. */
function statusEntities(command: Command): Entity[] {
  const { entityId: id, entityType: type, name, state, info, doneAt, byAttribute, datasetId, confirmation } = command;
  const isDone = doneAt !== null;
  const observedAt = new Date().toISOString();
  const instance = ofInstance(datasetId);
  const status = { type: 'Property', value: publishedStatus(state), observedAt, ...instance };
  const isTold = confirmation === 2 || (confirmation === 1 && isDone);
  const attributes = {
    ...(isTold && { [`${name}_status`]: { ...status, phase: { type: 'Property', value: state } } }),
    // Writing the same value again would not be a change, so the attribute is emptied to allow the same request again.
    ...(byAttribute && isDone && { [name]: { type: 'Property', value: '', ...instance } }),
    ...(isTold && info !== null && { [`${name}_info`]: { type: 'Property', value: info, observedAt, ...instance } }),
  };
  return Object.keys(attributes).length === 0 ? [] : [{ id, type, ...attributes }];
}
