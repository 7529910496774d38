import type { Entity, NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import type { ContextOf } from '../frames/context-of.ts';
import type { Command } from './command.ts';
import { publishedStatus } from './command.ts';
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
    const entities = own.filter(({ outdated }) => !outdated).map(({ command }) => statusEntity(command));
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

function statusEntity({ entityId, entityType: type, name, state, info, doneAt, byAttribute }: Command): Entity {
  const observedAt = new Date().toISOString();
  return {
    id: entityId,
    type,
    [`${name}_status`]: {
      type: 'Property',
      value: publishedStatus(state),
      observedAt,
      phase: { type: 'Property', value: state },
    },
    // Writing the same value again would not be a change, so the attribute is emptied to allow the same request again.
    ...(byAttribute && doneAt !== null ? { [name]: { type: 'Property', value: '' } } : {}),
    ...(info === null ? {} : { [`${name}_info`]: { type: 'Property', value: info, observedAt } }),
  };
}
