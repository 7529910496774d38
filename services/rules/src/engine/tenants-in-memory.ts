import type { Database } from '@alzette/kit/database';
import { ofOtherNodes, unlessNodeIsAway } from '@alzette/kit/each-tenant';
import type { Maintenance } from '../alarm-register/alarm-port.ts';
import { maintenanceOf, readAlarms, readMaintenance } from '../store/alarm-rows.ts';
import { readEntities } from '../store/entity-rows.ts';
import { allRules, rulesOf, type StoredRule } from '../store/rule-rows.ts';
import { openBook } from './open-book.ts';
import { RuleSet, type TerritoryFacts } from './rule-set.ts';
import type { TenantWork } from './turn.ts';

/** Ended alarms stay in memory for as long as a new episode may belong to them. */
const REMEMBERED_MS = 8 * 86_400_000;

/** Rules, maintenance and alarms of all tenants. A tenant that could not be read because its node is away is left out until it is. */
export class TenantsInMemory {
  readonly #db: Database;
  readonly #territoryOf: (tenant: string) => TerritoryFacts;
  // Both are replaced, never changed, because others may still use them.
  #works: ReadonlyMap<string, TenantWork> = new Map();
  #unread: ReadonlySet<string> = new Set();

  constructor(db: Database, territoryOf: (tenant: string) => TerritoryFacts) {
    this.#db = db;
    this.#territoryOf = territoryOf;
  }

  get works(): ReadonlyMap<string, TenantWork> {
    return this.#works;
  }

  /** Tenants whose rules are unknown, so nothing of theirs may be evaluated or taken for finished. */
  get unread(): ReadonlySet<string> {
    return this.#unread;
  }

  /** Reads all again, and ends the alarms of deleted rules. */
  async readAll(now: number): Promise<void> {
    const all = await unlessNodeIsAway(() => this.#readTogether(now));
    if (all !== undefined) {
      this.#works = all;
      this.#unread = new Set();
      return;
    }
    const works = new Map<string, TenantWork>();
    const unread = new Set<string>();
    await ofOtherNodes(this.#db, async (tenant) => {
      unread.add(tenant);
      works.set(tenant, await this.#readOne(tenant, now));
      unread.delete(tenant);
      return [];
    });
    this.#works = works;
    this.#unread = unread;
  }

  /** @returns whether a tenant could be read that could not be read before */
  async readUnread(now: number): Promise<boolean> {
    const read = new Map<string, TenantWork>();
    for (const tenant of this.#unread) {
      const work = await unlessNodeIsAway(() => this.#readOne(tenant, now));
      if (work !== undefined) read.set(tenant, work);
    }
    if (read.size === 0) return false;
    this.#works = new Map([...this.#works, ...read]);
    this.#unread = new Set([...this.#unread].filter((tenant) => !read.has(tenant)));
    return true;
  }

  async #readTogether(now: number): Promise<Map<string, TenantWork>> {
    const stored = Map.groupBy(await allRules(this.#db), ({ tenant }) => tenant);
    const maintenance = await readMaintenance(this.#db, now);
    const names = new Set([...stored.keys(), ...this.#works.keys(), ...this.#unread, ...maintenance.keys()]);
    const works = new Map<string, TenantWork>();
    for (const name of names)
      works.set(name, await this.#workOf(name, stored.get(name) ?? [], maintenance.get(name) ?? [], now));
    return works;
  }

  async #readOne(tenant: string, now: number): Promise<TenantWork> {
    const stored = await rulesOf(this.#db, tenant);
    return this.#workOf(tenant, stored, await maintenanceOf(this.#db, tenant, now), now);
  }

  async #workOf(
    tenant: string,
    stored: readonly StoredRule[],
    maintenance: readonly Maintenance[],
    now: number,
  ): Promise<TenantWork> {
    const rules = new RuleSet(stored, this.#territoryOf(tenant).place);
    const alarms = await readAlarms(this.#db, tenant, now - REMEMBERED_MS);
    const ids = new Set(alarms.flatMap(({ isActive, members }) => (isActive ? members : [])));
    const read = await readEntities(
      this.#db,
      [...ids].map((id) => ({ tenant, id })),
    );
    const entities = new Map(read.map(({ id, kept }) => [id, kept]));
    const book = openBook({ tenant, rules, alarms, maintenance, entities }, now);
    return { rules, book };
  }
}
