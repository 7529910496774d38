import { createHash } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import { refused } from '@alzette/kit/problems';
import { NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import { appendEntry, type JournalEntry, knownActs } from './journal.ts';
import type { Kind, RecordState } from './kind.ts';
import { type Actor, visibleEntity } from './perform.ts';
import { insertRecord, loadRecords, type StoredRecord } from './records.ts';
import { entityOf, type WriteParts } from './write-entities.ts';

export interface Creation<State> {
  readonly state: State;
  readonly entry: JournalEntry;
  /** The request that created it. The same request again creates nothing. */
  readonly request: unknown;
  also?(tx: Queryable): Promise<void>;
}

/**
 * Creates a record and, with the rights of the caller, its entity. A repeated request, as from a device that did not
 * receive the answer, returns the existing one.
 *
 * @throws Problem 409: the id is in use; or the broker's refusal
 */
export async function create<State extends RecordState>(
  { db, client }: WriteParts,
  kind: Kind<State>,
  actor: Actor,
  creation: Creation<State>,
): Promise<{ readonly kept: StoredRecord<State>; readonly isNew: boolean }> {
  const { state, entry, request, also } = creation;
  const { tenant } = actor;
  const options = { tenant, context: kind.context };
  const key = `create:${createHash('sha256').update(JSON.stringify(request)).digest('base64url')}`;
  const find = async () => {
    const known = (await loadRecords<State>(db, tenant, kind.name, [state.id])).get(state.id);
    if (known === undefined) return undefined;
    await visibleEntity(kind, actor, state.id);
    const isSame = (await knownActs(db, tenant, state.id, [key])).has(key);
    if (!isSame) throw refused('id', state.id, `an id that no other ${kind.title} has`, 409);
    return { kept: known, isNew: false };
  };

  try {
    await actor.client.createEntity(entityOf(kind, state), options);
  } catch (error) {
    if (!(error instanceof NgsiLdClientError && error.status === 409)) throw error;
    const known = await find();
    if (known !== undefined) return known;
    // An earlier attempt ended after writing the entity and before storing the record.
    if ((await client.retrieveEntity(state.id, options)) !== undefined)
      await actor.client.mergeEntity(state.id, kind.attributesOf(state), options);
  }
  const kept = await db.transaction(async (tx) => {
    const inserted = await insertRecord(tx, tenant, kind.name, state);
    if (inserted === undefined) return undefined;
    await appendEntry(tx, tenant, state.id, { ...entry, key });
    await also?.(tx);
    return inserted;
  });
  if (kept !== undefined) return { kept, isNew: true };
  const known = await find(); // created by the same request at the same time
  if (known === undefined) throw new Error(`record ${state.id} was neither created nor found`);
  return known;
}
