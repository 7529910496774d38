import type { Transaction } from '@alzette/kit/database';
import type { Logger } from 'pino';
import { loopText } from '../alarm-register/alarm-text.ts';
import type { Book, EntityChange } from '../alarm-register/book.ts';
import { type AlarmChange, newEntity, observe, pass } from '../evaluate/follow-entity.ts';
import { type AttributeWrite, addActs, addWrites, putAlarms } from '../store/alarm-rows.ts';
import { deleteEntities, type EntityKey, type KeptEntity, putEntities } from '../store/entity-rows.ts';
import { dropFromInbox, type InboxRow } from '../store/inbox-rows.ts';
import { readEntity, type ToldEntity } from './read-entity.ts';
import type { RuleSet, TerritoryFacts } from './rule-set.ts';
import type { WriteGuard } from './write-guard.ts';

/** The state for evaluating a tenant's rules. */
export interface TenantWork {
  readonly rules: RuleSet;
  readonly book: Book;
}

interface TurnParts {
  readonly tenants: ReadonlyMap<string, TenantWork>;
  territoryOf(tenant: string): TerritoryFacts;
  readonly guard: WriteGuard;
  readonly logger: Logger;
}

/** An entity with its new samples. */
export interface EntityWork extends EntityKey {
  readonly kept: KeptEntity | undefined;
  readonly rows: readonly InboxRow[];
}

/** The result of a turn, which is stored completely or not at all. */
interface TurnResult {
  readonly inbox: readonly InboxRow[];
  readonly entities: (EntityKey & { kept: KeptEntity })[];
  readonly deleted: EntityKey[];
  readonly writes: Map<string, AttributeWrite[]>;
}

/** Evaluates the rules on entities with new samples or due timers. Changes the books. */
export function follow(
  works: readonly EntityWork[],
  inbox: readonly InboxRow[],
  parts: TurnParts,
  now: number,
): TurnResult {
  const result: TurnResult = { inbox, entities: [], deleted: [], writes: new Map() };
  const changes = new Map<string, EntityChange[]>();
  for (const work of works) {
    const tenant = parts.tenants.get(work.tenant);
    if (tenant === undefined) continue;
    try {
      followOne(work, tenant, parts, now, result, changes);
    } catch (error) {
      // An error on one entity must not block the others.
      parts.logger.error({ err: error, entity: work.id }, 'could not evaluate the rules for an entity');
    }
  }
  for (const [name, alarmChanges] of changes) parts.tenants.get(name)?.book.apply(alarmChanges);
  return result;
}

function followOne(
  { tenant, id, kept: before, rows }: EntityWork,
  { rules, book }: TenantWork,
  { territoryOf, guard }: TurnParts,
  now: number,
  result: TurnResult,
  changes: Map<string, EntityChange[]>,
): void {
  const { holidaysOf } = territoryOf(tenant);
  let kept = before;
  let isDeleted = false;
  const alarmChanges: AlarmChange[] = [];
  for (const row of rows) {
    const scoped = rules.scopes.get(row.scope);
    if (scoped === undefined) continue;
    const read = readEntity(JSON.parse(row.entity) as ToldEntity, scoped, row.receivedAt.getTime());
    isDeleted = read.isDeleted && !row.isRead;
    if (isDeleted) continue;
    if (read.isDeleted) {
      if (kept !== undefined) {
        // What was found before counts first: an alarm that it raises would otherwise never end.
        book.apply(alarmChanges.splice(0).map((change) => ({ change, entity: (kept as KeptEntity).facts })));
        leaveScope(kept, row.scope, id, rules, book, now);
      }
      continue;
    }
    const newest = read.arrivals.reduce((last, { at }) => Math.max(last, at), Number.NEGATIVE_INFINITY);
    const since = Number.isFinite(newest) ? Math.min(newest, now) : now;
    kept ??= { facts: read.facts, scopes: [], state: newEntity(since, holidaysOf(read.facts.scope)) };
    kept.facts = { ...kept.facts, ...read.facts, parents: { ...kept.facts.parents, ...read.facts.parents } };
    if (!kept.scopes.includes(row.scope)) kept.scopes = [...kept.scopes, row.scope].sort();
    alarmChanges.push(...observe(kept.state, rules.rulesIn(kept.scopes), read.arrivals, row.isRead));
  }
  if (isDeleted) {
    book.endAll({ entity: id }, now);
    result.deleted.push({ tenant, id });
    return;
  }
  if (kept === undefined) return;
  if (kept.scopes.length === 0) {
    result.deleted.push({ tenant, id });
    return;
  }
  const followed = rules.rulesIn(kept.scopes);
  alarmChanges.push(...pass(kept.state, followed, now));
  for (const rule of Object.keys(kept.state.rules)) if (rules.get(rule) === undefined) delete kept.state.rules[rule];
  result.entities.push({ tenant, id, kept });
  if (alarmChanges.length === 0) return;
  const { facts } = kept;
  changes.set(tenant, [...(changes.get(tenant) ?? []), ...alarmChanges.map((change) => ({ change, entity: facts }))]);
  const writes = alarmChanges.flatMap((change) => writesOf(change, id, rules));
  const admitted = writes.filter((write) => {
    const verdict = guard.admit(write, tenant, now);
    const stored = rules.get(write.rule);
    if (verdict === 'stops' && stored !== undefined) {
      book.raiseLoop(stored, facts, loopText(stored.document, facts), now);
    }
    return verdict === 'goes';
  });
  if (admitted.length > 0) result.writes.set(tenant, [...(result.writes.get(tenant) ?? []), ...admitted]);
}

/** Ends the alarms of a scope's rules on an entity that no longer matches the scope. */
function leaveScope(kept: KeptEntity, scope: string, id: string, rules: RuleSet, book: Book, now: number): void {
  kept.scopes = kept.scopes.filter((each) => each !== scope);
  for (const { id: rule } of rules.scopes.get(scope)?.rules ?? []) {
    delete kept.state.rules[rule];
    book.endAll({ entity: id, ofRule: rule }, now);
  }
}

function writesOf(change: AlarmChange, entityId: string, rules: RuleSet): AttributeWrite[] {
  return (rules.get(change.rule)?.document.actions ?? []).flatMap((action) => {
    if (action.type !== 'update' || action.on !== change.kind) return [];
    return [{ rule: change.rule, entityId, attr: action.attr, value: action.value }];
  });
}

/** Stores the result of a turn and of the books. */
export async function keep(
  tx: Transaction,
  result: TurnResult,
  tenants: ReadonlyMap<string, TenantWork>,
  now: number,
): Promise<number> {
  await dropFromInbox(tx, result.inbox);
  await putEntities(tx, result.entities);
  await deleteEntities(tx, result.deleted);
  let count = 0;
  for (const [tenant, { book }] of tenants) {
    const { acts, alarms } = book.take(now);
    await putAlarms(tx, tenant, alarms);
    await addActs(tx, tenant, acts);
    count += acts.length;
  }
  for (const [tenant, writes] of result.writes) {
    await addWrites(tx, tenant, writes);
    count += writes.length;
  }
  return count;
}
