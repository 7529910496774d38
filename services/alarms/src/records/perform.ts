import type { Queryable } from '@alzette/kit/database';
import { conflict, missing, Problem } from '@alzette/kit/problems';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { type NgsiLdClient, NgsiLdClientError } from '@alzette/ngsi-ld-schemas/client';
import { appendEntry, type JournalEntry, knownActs } from './journal.ts';
import { difference, type Kind, type RecordState, scopeValue } from './kind.ts';
import {
  beginWriting,
  endWriting,
  finishWriting,
  insertRecord,
  loadRecords,
  replaceRecord,
  type StoredRecord,
} from './records.ts';
import { type WriteParts, writeEntity } from './write-entities.ts';

/** The person or program that acts on a record. */
export interface Actor {
  readonly tenant: string;
  /** A client with the actor's rights. */
  readonly client: NgsiLdClient;
  /** The actor's name in the audit. */
  readonly name: string;
}

/** The state of a record after an act. */
export interface Decision<State> {
  readonly state: State;
  readonly entry: JournalEntry;
  /** Further work in the transaction that stores the change. */
  also?(tx: Queryable): Promise<void>;
}

/** The result of an act: applied, or without effect because it changes nothing or was applied before. */
export interface Performed<State> {
  readonly kept: StoredRecord<State>;
  readonly isChanged: boolean;
}

const ATTEMPTS = 5;

/**
 * Applies an act to a record. The entity is written with the actor's rights before the act is stored, so the broker
 * refuses what the actor may not write. If the record changes concurrently, the act is decided again.
 *
 * @param decide pure: the record after the act; undefined: no change. What it throws, `perform` throws
 * @throws Problem 404: the actor sees no such entity; 409: it was changed again and again
 */
export async function perform<State extends RecordState>(
  parts: WriteParts,
  kind: Kind<State>,
  actor: Actor,
  id: string,
  key: string | undefined,
  decide: (kept: StoredRecord<State>) => Decision<State> | undefined,
): Promise<Performed<State>> {
  const entity = await visibleEntity(kind, actor, id);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await recordOf(parts, kind, actor.tenant, id, entity);
    const result = await attemptOnce(parts, kind, actor, before, key, decide);
    if (result === undefined) continue;
    // Another write may have come between our entity write and the change of the record.
    if (attempt > 0 && result.isChanged) await writeWholly(parts, kind, actor.tenant, id);
    return result;
  }
  throw conflict(`The ${kind.title} ${id} is being changed by others; try again`, 'busy');
}

/** The entity in simplified form. @throws Problem 404 */
export async function visibleEntity<State extends RecordState>(
  kind: Kind<State>,
  { client, tenant }: Pick<Actor, 'client' | 'tenant'>,
  id: string,
): Promise<Entity> {
  const entity = await client.retrieveEntity(id, { tenant, context: kind.context, format: 'simplified' });
  if (entity === undefined || ![entity.type].flat().includes(kind.type)) throw missing(kind.title, id);
  return entity;
}

async function recordOf<State extends RecordState>(
  { db, client }: WriteParts,
  kind: Kind<State>,
  tenant: string,
  id: string,
  seen: Entity,
): Promise<StoredRecord<State>> {
  const known = await beginWriting<State>(db, tenant, kind.name, id);
  if (known !== undefined) return known;
  // The actor may be allowed to see only a part of the entity.
  const whole = (await client.retrieveEntity(id, { tenant, context: kind.context, format: 'simplified' })) ?? seen;
  await insertRecord(db, tenant, kind.name, kind.stateOf(whole));
  const adopted = await beginWriting<State>(db, tenant, kind.name, id);
  if (adopted === undefined) throw missing(kind.title, id);
  return adopted;
}

/** Returns undefined if another process changed the record in the meantime. */
async function attemptOnce<State extends RecordState>(
  { db }: WriteParts,
  kind: Kind<State>,
  actor: Actor,
  before: StoredRecord<State>,
  key: string | undefined,
  decide: (kept: StoredRecord<State>) => Decision<State> | undefined,
): Promise<Performed<State> | undefined> {
  const { tenant } = actor;
  const { id, version } = before;
  let isUntouched = true;
  try {
    const isDone = key !== undefined && (await knownActs(db, tenant, id, [key])).has(key);
    const decision = isDone ? undefined : decide(before);
    if (decision === undefined) return { kept: before, isChanged: false };
    await mergeAs(kind, actor, before.state, decision.state);
    // After this line a failure leaves the entity ahead of its record; a job corrects that later.
    isUntouched = false;
    const kept = await db.transaction(async (tx) => {
      const replaced = await replaceRecord(tx, tenant, version, decision.state);
      if (replaced === undefined) return undefined;
      await appendEntry(tx, tenant, id, { ...decision.entry, ...(key !== undefined && { key }) });
      await decision.also?.(tx);
      return replaced;
    });
    return kept && { kept, isChanged: true };
  } catch (error) {
    // For other errors the write may have succeeded and only its answer been lost.
    if (!(error instanceof Problem || error instanceof NgsiLdClientError)) isUntouched = false;
    throw error;
  } finally {
    if (isUntouched) await endWriting(db, tenant, [before]);
  }
}

async function mergeAs<State extends RecordState>(
  kind: Kind<State>,
  { client, tenant }: Actor,
  before: State,
  after: State,
) {
  const fragment = difference(kind.attributesOf(before), kind.attributesOf(after));
  const isMoved = JSON.stringify(before.scope) !== JSON.stringify(after.scope);
  const scope = isMoved ? { scope: scopeValue(after.scope) } : {};
  await client.mergeEntity(after.id, { ...scope, ...fragment }, { tenant, context: kind.context });
}

/** Writes the entity from its record, and overwrites other changes. */
async function writeWholly<State extends RecordState>(
  parts: WriteParts,
  kind: Kind<State>,
  tenant: string,
  id: string,
) {
  const latest = (await loadRecords<State>(parts.db, tenant, kind.name, [id])).get(id);
  if (latest === undefined) return;
  await writeEntity(parts.client, kind, tenant, { after: latest });
  await finishWriting(parts.db, tenant, id, latest.version);
}
