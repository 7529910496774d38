import { setTimeout as pausing } from 'node:timers/promises';
import { namedCache, weightOf } from '@alzette/kit/caches';
import type { Database } from '@alzette/kit/database';
import type { ServiceContext } from '@alzette/kit/service';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Logger } from 'pino';
import type { AlarmPort } from '../alarm-register/alarm-port.ts';
import { dueEntities, type EntityKey, type KeptEntity, nextDue, readEntities } from '../store/entity-rows.ts';
import { INBOX_FILLED, readInbox } from '../store/inbox-rows.ts';
import { RULES_CHANGED } from '../store/rule-rows.ts';
import { Dispatch } from './dispatch.ts';
import { Lease, LeaseLost } from './lease.ts';
import type { TerritoryFacts } from './rule-set.ts';
import type { Subscriptions } from './subscriptions-port.ts';
import { TenantsInMemory } from './tenants-in-memory.ts';
import { type EntityWork, follow, keep } from './turn.ts';
import { WriteGuard } from './write-guard.ts';

interface EngineParts {
  readonly db: Database;
  readonly client: NgsiLdClient;
  readonly clientAs: ServiceContext['clientAs'];
  /** URL of the territory's @context. */
  readonly context: string;
  territoryOf(tenant: string): TerritoryFacts;
  /** Calls back when a territory has changed. Returns a function that ends that. */
  onTerritoryChange(changed: () => void): () => void;
  readonly alarms: AlarmPort;
  readonly subscriptions: Subscriptions;
  readonly logger: Logger;
}

export interface Engine {
  /** Checks for new work now. */
  wake(): void;
  counts(): EngineCounts;
  stop(): Promise<void>;
}

interface EngineCounts {
  readonly isLeader: boolean;
  readonly entities: number;
  readonly changes: number;
}

const MAX_PER_TURN = 1000;
const CACHED_BYTES = 64 * 1024 * 1024;
/** Should a NOTIFY have been lost. */
const LOOK_EVERY_MS = 5000;
const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 10_000;
/** How often tenants are read whose node was away. */
const READ_UNREAD_EVERY_MS = 2000;
/** The shortest wait for the next timer, in case it is one of a tenant that has not been read since its node was away. */
const LEAST_WAIT_MS = 1;
const LEAST_WAIT_WITH_UNREAD_MS = 100;

/**
 * Evaluates the rules in one process of the site: reads the inbox, handles timers, and stores both results in one
 * transaction. While a node is away, it goes on for the tenants of the others, also when the rules have to be read again.
 */
export async function startEngine(parts: EngineParts): Promise<Engine> {
  const engine = new RunningEngine(parts);
  await engine.start();
  return engine;
}

class RunningEngine implements Engine {
  readonly #parts: EngineParts;
  readonly #lease: Lease;
  readonly #dispatch: Dispatch;
  readonly #guard = new WriteGuard();
  readonly #unlisten: (() => Promise<void>)[] = [];
  readonly #tenants: TenantsInMemory;
  #readUnreadAt = 0;
  /** Only the leader writes entities, so its cache is equal to the database. */
  readonly #cached = namedCache<KeptEntity>('rule_entities', CACHED_BYTES);
  #isStale = true;
  readonly #stopping = new AbortController();
  #wake: () => void = () => {};
  #done: Promise<void> = Promise.resolve();
  #counts = { entities: 0, changes: 0 };

  constructor(parts: EngineParts) {
    this.#parts = parts;
    this.#lease = new Lease(parts.db, parts.logger, () => this.#forgetAll());
    this.#dispatch = new Dispatch(parts);
    this.#tenants = new TenantsInMemory(parts.db, (tenant) => parts.territoryOf(tenant));
  }

  async start(): Promise<void> {
    const { db, onTerritoryChange } = this.#parts;
    const readAgain = () => {
      this.#isStale = true;
      this.wake();
    };
    this.#unlisten.push(await db.listen(INBOX_FILLED, () => this.wake()));
    this.#unlisten.push(await db.listen(RULES_CHANGED, readAgain));
    const stop = onTerritoryChange(readAgain);
    this.#unlisten.push(async () => stop());
    await this.#lease.start();
    this.#done = this.#run();
  }

  wake(): void {
    this.#wake();
  }

  counts(): EngineCounts {
    return { isLeader: this.#lease.isHeld(), ...this.#counts };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    this.wake();
    await this.#done;
    await this.#dispatch.stop();
    for (const unlisten of this.#unlisten) await unlisten();
    await this.#lease.stop();
  }

  async #run(): Promise<void> {
    const { signal } = this.#stopping;
    let retryMs = FIRST_RETRY_MS;
    while (!signal.aborted) {
      const woken = this.#nextWake();
      try {
        const pause = this.#lease.isHeld() ? await this.#turn() : LOOK_EVERY_MS;
        retryMs = FIRST_RETRY_MS;
        if (pause > 0) await this.#pause(pause, woken);
      } catch (error) {
        this.#forgetAll();
        const isLost = error instanceof LeaseLost;
        if (!isLost) this.#parts.logger.error({ err: error }, 'could not evaluate the rules; will retry');
        // Whatever wakes it, because it would fail again.
        await this.#pause(retryMs);
        retryMs = Math.min(LONGEST_RETRY_MS, retryMs * 2);
      }
    }
  }

  /** Ends early when woken, if that is given, and at the end of the engine. */
  async #pause(ms: number, woken?: Promise<void>): Promise<void> {
    const early = new AbortController();
    const signal = AbortSignal.any([early.signal, this.#stopping.signal]);
    const over = pausing(ms, undefined, { signal }).catch(() => {});
    await (woken === undefined ? over : Promise.race([woken, over]));
    early.abort();
  }

  /** Resolves with the next call of `wake`. */
  #nextWake(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  /** @returns milliseconds until the next check; 0: there may be more */
  async #turn(): Promise<number> {
    const { db, logger, territoryOf } = this.#parts;
    const now = Date.now();
    const reloaded = await this.#reload(now);
    const { works: tenants, unread } = this.#tenants;
    const isRead = ({ tenant }: { readonly tenant: string }) => !unread.has(tenant);
    const inbox = (await readInbox(db, MAX_PER_TURN)).filter(isRead);
    const due = (await dueEntities(db, now, MAX_PER_TURN)).filter(isRead);
    const isIdle = inbox.length === 0 && due.length === 0 && !reloaded;
    if (isIdle) return this.#waitMs(now);
    const works = await this.#worksOf(inbox, due);
    const turn = { tenants, territoryOf, guard: this.#guard, logger };
    const result = follow(works, inbox, turn, now);
    const changed = await db.transaction(async (tx) => {
      await this.#lease.hold(tx);
      return keep(tx, result, tenants, now);
    });
    for (const { tenant, id, kept } of result.entities)
      this.#cached.set(cacheKey({ tenant, id }), kept, weightOf(kept));
    this.#counts = {
      entities: this.#counts.entities + result.entities.length,
      changes: this.#counts.changes + changed,
    };
    if (changed > 0 || reloaded) this.#dispatch.wake();
    if (reloaded) void this.#parts.subscriptions.settle(tenants, unread);
    return 0;
  }

  /** New and due work by entity. Entities leave the cache here and return after they are stored. */
  async #worksOf(inbox: Awaited<ReturnType<typeof readInbox>>, due: readonly EntityKey[]): Promise<EntityWork[]> {
    const byKey = new Map<string, { key: EntityKey; rows: typeof inbox }>();
    for (const row of inbox) {
      const key = { tenant: row.tenant, id: row.entityId };
      const work = byKey.get(cacheKey(key)) ?? { key, rows: [] };
      work.rows.push(row);
      byKey.set(cacheKey(key), work);
    }
    for (const key of due) if (!byKey.has(cacheKey(key))) byKey.set(cacheKey(key), { key, rows: [] });
    const unknown = [...byKey.values()].flatMap(({ key }) =>
      this.#cached.get(cacheKey(key)) !== undefined ? [] : [key],
    );
    const read = await readEntities(this.#parts.db, unknown);
    const found = new Map(read.map(({ kept, ...key }) => [cacheKey(key), kept]));
    return [...byKey].map(([name, { key, rows }]) => {
      const kept = this.#cached.get(name) ?? found.get(name);
      this.#cached.delete(name);
      return { ...key, kept, rows };
    });
  }

  /** Milliseconds until the next timer or the next look. */
  async #waitMs(now: number): Promise<number> {
    const next = (await nextDue(this.#parts.db)) ?? Number.POSITIVE_INFINITY;
    const hasUnread = this.#tenants.unread.size > 0;
    const longest = hasUnread ? READ_UNREAD_EVERY_MS : LOOK_EVERY_MS;
    return Math.max(hasUnread ? LEAST_WAIT_WITH_UNREAD_MS : LEAST_WAIT_MS, Math.min(longest, next - now));
  }

  /** Reads rules, maintenance and alarms again if they may have changed, or if some could not be read. @returns whether it has */
  async #reload(now: number): Promise<boolean> {
    if (this.#isStale) {
      this.#isStale = false;
      this.#readUnreadAt = now + READ_UNREAD_EVERY_MS;
      await this.#tenants.readAll(now);
      this.#guard.forget(now);
      return true;
    }
    if (this.#tenants.unread.size === 0 || now < this.#readUnreadAt) return false;
    this.#readUnreadAt = now + READ_UNREAD_EVERY_MS;
    return this.#tenants.readUnread(now);
  }

  /** Clears the state after a failed turn, and when another process may have been the leader. */
  #forgetAll(): void {
    this.#cached.clear();
    this.#isStale = true;
    this.wake();
  }
}

function cacheKey({ tenant, id }: EntityKey): string {
  return `${tenant}\n${id}`;
}
