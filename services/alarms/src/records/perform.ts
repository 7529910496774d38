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
  type Kept,
  loadRecords,
  replaceRecord,
} from './records.ts';
import { type WriteParts, writeEntity } from './write-entities.ts';

/** Somebody who acts on a record. */
export interface Actor {
  readonly tenant: string;
  /** Held to their rights. */
  readonly client: NgsiLdClient;
  /** As the audit names them. */
  readonly name: string;
}

/** What becomes of a record by an act. */
export interface Decision<State> {
  readonly state: State;
  readonly entry: JournalEntry;
  /** What else is to be done in the transaction that keeps the change. */
  also?(tx: Queryable): Promise<void>;
}

/** Done; or the act changes nothing, or was done before. */
export interface Performed<State> {
  readonly kept: Kept<State>;
  readonly isChanged: boolean;
}

const ATTEMPTS = 5;

/**
 * Lets somebody act on a record: the entity is written with their rights, so that what they may not write is refused,
 * before the act is kept. Whoever else changes the record at the same time makes it decided anew.
 *
 * @param decide pure: what the act makes of the record; undefined: nothing. @throws Problem, as `perform` then does
 * @throws Problem 404: they see no such entity; 409: it was changed by others again and again
 */
export async function perform<State extends RecordState>(
  parts: WriteParts,
  kind: Kind<State>,
  actor: Actor,
  id: string,
  key: string | undefined,
  decide: (kept: Kept<State>) => Decision<State> | undefined,
): Promise<Performed<State>> {
  const entity = await visibleEntity(kind, actor, id);
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const before = await recordOf(parts, kind, actor.tenant, id, entity);
    const result = await attemptOnce(parts, kind, actor, before, key, decide);
    if (result === undefined) continue;
    // Another's write may have come between ours and the record's change.
    if (attempt > 0 && result.isChanged) await writeWholly(parts, kind, actor.tenant, id);
    return result;
  }
  throw conflict(`The ${kind.title} ${id} is being changed by others; try again`);
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
): Promise<Kept<State>> {
  const known = await beginWriting<State>(db, tenant, kind.name, id);
  if (known !== undefined) return known;
  // Whoever acts may see a part of it alone.
  const whole = (await client.retrieveEntity(id, { tenant, context: kind.context, format: 'simplified' })) ?? seen;
  await insertRecord(db, tenant, kind.name, kind.stateOf(whole));
  const adopted = await beginWriting<State>(db, tenant, kind.name, id);
  if (adopted === undefined) throw missing(kind.title, id);
  return adopted;
}

/** Undefined: the record was changed by somebody else meanwhile. */
async function attemptOnce<State extends RecordState>(
  { db }: WriteParts,
  kind: Kind<State>,
  actor: Actor,
  before: Kept<State>,
  key: string | undefined,
  decide: (kept: Kept<State>) => Decision<State> | undefined,
): Promise<Performed<State> | undefined> {
  const { tenant } = actor;
  const { id, version } = before;
  let isUntouched = true;
  try {
    const isDone = key !== undefined && (await knownActs(db, tenant, id, [key])).has(key);
    const decision = isDone ? undefined : decide(before);
    if (decision === undefined) return { kept: before, isChanged: false };
    await mergeAs(kind, actor, before.state, decision.state);
    // From here on a failure leaves the entity ahead of its record, which is mended later.
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
    // The answer to a write may have been lost.
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

/** Writes the entity as its record is, whatever others have written meanwhile. */
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
