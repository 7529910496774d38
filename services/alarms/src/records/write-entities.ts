import type { Database } from '@alzette/kit/database';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { type NgsiLdClient, NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import type { Logger } from 'pino';
import { completely, difference, type Kind, type RecordState, scopeValue } from './kind.ts';
import { endWriting, finishWriting, loadRecords, type StoredRecord, takeUnfinished } from './records.ts';

export interface WriteParts {
  readonly db: Database;
  /** A client with the product's own rights. */
  readonly client: NgsiLdClient;
  readonly logger: Logger;
}

/** A change of a record whose entity must be written. */
export interface Change<State> {
  readonly before?: State;
  readonly after: StoredRecord<State>;
}

const UNFINISHED_AFTER_S = 30;
const UNFINISHED_AT_ONCE = 100;
const MERGED_AT_ONCE = 50;

/**
 * Writes the entities of saved records; again, if a record has changed in the meantime.
 *
 * @throws Error: some entities were refused; the others are written, and the refused ones are retried later
 */
export async function writeEntities<State extends RecordState>(
  parts: WriteParts,
  kind: Kind<State>,
  tenant: string,
  changes: readonly Change<State>[],
): Promise<void> {
  const refused: string[] = [];
  for (let open = changes; open.length > 0; ) {
    const reasons = await writeAll(parts.client, kind, tenant, open);
    refused.push(...reasons.values());
    const written = open.map(({ after }) => after).filter(({ id }) => !reasons.has(id));
    const current = await endWriting(parts.db, tenant, written);
    const overtaken = written.filter(({ id }) => !current.has(id)).map(({ id }) => id);
    const latest = await loadRecords<State>(parts.db, tenant, kind.name, overtaken);
    open = [...latest.values()].map((after) => ({ after }));
  }
  if (refused.length > 0) throw new Error(`${refused.length} entities were refused: ${refused[0]}`);
}

/** Writes the entities of records whose process did not finish its write. @returns how many */
export async function writeUnfinished<State extends RecordState>(
  { db, client, logger }: WriteParts,
  kind: Kind<State>,
  olderThanS = UNFINISHED_AFTER_S,
): Promise<number> {
  const unfinished = await takeUnfinished<State>(db, kind.name, olderThanS, UNFINISHED_AT_ONCE);
  let count = 0;
  for (const { tenant, ...after } of unfinished) {
    try {
      await writeEntity(client, kind, tenant, { after });
      await finishWriting(db, tenant, after.id, after.version);
      count += 1;
    } catch (error) {
      logger.error({ err: error, entity: after.id }, 'could not write an entity');
    }
  }
  if (count > 0) logger.warn({ kind: kind.name, count }, 'wrote entities that had not been written');
  return count;
}

/** Writes one entity from its record. @throws Error: it was refused */
export async function writeEntity<State extends RecordState>(
  client: NgsiLdClient,
  kind: Kind<State>,
  tenant: string,
  change: Change<State>,
): Promise<void> {
  const [reason] = (await writeAll(client, kind, tenant, [change])).values();
  if (reason !== undefined) throw new Error(reason);
}

/** @returns the reasons for refused entities, by id */
async function writeAll<State extends RecordState>(
  client: NgsiLdClient,
  kind: Kind<State>,
  tenant: string,
  changes: readonly Change<State>[],
): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  const upsert = async (entities: readonly Entity[]) => {
    const options = { tenant, context: kind.context, update: true };
    const { errors } = await client.batchUpsert([...entities], options);
    for (const { entityId, error } of errors) refused.set(entityId, `${entityId}: ${error.title}: ${error.detail}`);
  };
  // In a batch, a fragment would create an incomplete entity if the entity was deleted in the meantime.
  const isNew = ({ after }: Change<State>) => after.version === 1;
  const created = changes.filter(isNew).map(({ after }) => after.state);
  const existing = changes.filter((change) => !isNew(change));
  for (let start = 0; start < existing.length; start += MERGED_AT_ONCE) {
    const some = existing.slice(start, start + MERGED_AT_ONCE);
    const found = await Promise.all(some.map((change) => merge(client, kind, tenant, change, refused)));
    created.push(...some.filter((_, i) => !found[i]).map(({ after }) => after.state));
  }
  if (created.length > 0) await upsert(created.map((state) => entityOf(kind, state)));
  return refused;
}

/** Returns false if there is no such entity. */
async function merge<State extends RecordState>(
  client: NgsiLdClient,
  kind: Kind<State>,
  tenant: string,
  { before, after: { id, state } }: Change<State>,
  refused: Map<string, string>,
): Promise<boolean> {
  const attributes =
    before === undefined ? completely(kind, state) : difference(kind.attributesOf(before), kind.attributesOf(state));
  const fragment = { scope: scopeValue(state.scope), ...attributes };
  try {
    await client.mergeEntity(id, fragment, { tenant, context: kind.context });
    return true;
  } catch (error) {
    if (!(error instanceof NgsiLdClientError)) throw error;
    if (error.status === 404) return false;
    refused.set(id, `${id}: ${error.message}`);
    return true;
  }
}

/** The complete entity of a record. */
export function entityOf<State extends RecordState>(kind: Kind<State>, state: State): Entity {
  const { id, scope } = state;
  const scopes = scope !== undefined && scope.length > 0 && { scope: [...scope] };
  return { id, type: kind.type, ...scopes, ...kind.attributesOf(state) };
}
