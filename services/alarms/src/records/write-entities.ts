import type { Database } from '@alzette/kit/database';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { type NgsiLdClient, NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import type { Logger } from 'pino';
import {
  type Attributes,
  completely,
  difference,
  hasDeletions,
  type Kind,
  type RecordState,
  scopeValue,
} from './kind.ts';
import { endWriting, finishWriting, type Kept, loadRecords, takeUnfinished } from './records.ts';

export interface WriteParts {
  readonly db: Database;
  /** With the product's own rights. */
  readonly client: NgsiLdClient;
  readonly logger: Logger;
}

/** A record whose entity is to follow it. */
export interface Change<State> {
  readonly before?: State;
  readonly after: Kept<State>;
}

const UNFINISHED_AFTER_S = 30;
const UNFINISHED_AT_ONCE = 100;

/** Writes the entities of saved records, and those that somebody else changed meanwhile once more. */
export async function writeEntities<State extends RecordState>(
  parts: WriteParts,
  kind: Kind<State>,
  tenant: string,
  changes: readonly Change<State>[],
): Promise<void> {
  for (let open = changes; open.length > 0; ) {
    await writeAll(parts.client, kind, tenant, open);
    const current = await endWriting(
      parts.db,
      tenant,
      open.map(({ after }) => after),
    );
    const overtaken = open.filter(({ after }) => !current.has(after.id)).map(({ after }) => after.id);
    if (overtaken.length === 0) return;
    const latest = await loadRecords<State>(parts.db, tenant, kind.name, overtaken);
    open = [...latest.values()].map((after) => ({ after }));
  }
}

/** Writes the entities of records that whoever changed them did not come to write. @returns how many */
export async function writeUnfinished<State extends RecordState>(
  { db, client, logger }: WriteParts,
  kind: Kind<State>,
  olderThanS = UNFINISHED_AFTER_S,
): Promise<number> {
  const unfinished = await takeUnfinished<State>(db, kind.name, olderThanS, UNFINISHED_AT_ONCE);
  for (const { tenant, ...after } of unfinished) {
    await writeEntity(client, kind, tenant, { after });
    await finishWriting(db, tenant, after.id, after.version);
  }
  if (unfinished.length > 0)
    logger.warn({ kind: kind.name, count: unfinished.length }, 'unfinished entities were written');
  return unfinished.length;
}

/** Writes one entity as its record is. */
export function writeEntity<State extends RecordState>(
  client: NgsiLdClient,
  kind: Kind<State>,
  tenant: string,
  change: Change<State>,
): Promise<void> {
  return writeAll(client, kind, tenant, [change]);
}

async function writeAll<State extends RecordState>(
  client: NgsiLdClient,
  kind: Kind<State>,
  tenant: string,
  changes: readonly Change<State>[],
): Promise<void> {
  const options = { tenant, context: kind.context };
  const batch: Entity[] = [];
  for (const change of changes) {
    const fragment = fragmentOf(kind, change);
    // A batch that made the entity anew would not take deletions.
    if (hasDeletions(fragment)) await mergeOrCreate(client, kind, tenant, change, fragment);
    else batch.push(entityOf(kind, change.after.state, fragment));
  }
  if (batch.length === 0) return;
  const { errors } = await client.batchUpsert(batch, { ...options, update: true });
  const [first] = errors;
  if (first) throw new Error(`entity ${first.entityId} was refused: ${first.error.title}: ${first.error.detail}`);
}

function fragmentOf<State extends RecordState>(kind: Kind<State>, { before, after }: Change<State>): Attributes {
  if (before !== undefined) return difference(kind.attributesOf(before), kind.attributesOf(after.state));
  return after.version === 1 ? kind.attributesOf(after.state) : completely(kind, after.state);
}

/** Somebody may have deleted the entity, which its record outlives: then all of it is written. */
async function mergeOrCreate<State extends RecordState>(
  client: NgsiLdClient,
  kind: Kind<State>,
  tenant: string,
  { after }: Change<State>,
  fragment: Attributes,
): Promise<void> {
  const options = { tenant, context: kind.context };
  try {
    await client.mergeEntity(after.id, { scope: scopeValue(after.state.scope), ...fragment }, options);
  } catch (error) {
    if (!(error instanceof NgsiLdClientError && error.status === 404)) throw error;
    await client.batchUpsert([entityOf(kind, after.state, kind.attributesOf(after.state))], {
      ...options,
      update: true,
    });
  }
}

/** An entity to be created or updated. */
export function entityOf<State extends RecordState>(kind: Kind<State>, state: State, attributes: Attributes): Entity {
  const { id, scope } = state;
  return { id, type: kind.type, ...(scope !== undefined && scope.length > 0 && { scope: [...scope] }), ...attributes };
}
