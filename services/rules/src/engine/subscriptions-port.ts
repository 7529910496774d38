import type { RuleSet } from './rule-set.ts';

/** By tenant. */
export type TenantRules = ReadonlyMap<string, { readonly rules: RuleSet }>;

/** The subscriptions through which rules receive changes: one for each entity selection. */
export interface Subscriptions {
  /**
   * Creates missing subscriptions, deletes unused ones, and reads the existing entities.
   *
   * @param unread tenants whose rules could not be read: theirs stay as they are
   */
  settle(tenants: TenantRules, unread: ReadonlySet<string>): Promise<void>;
  /**
   * Reads the entities of all scopes again; also detects entities that have left a scope.
   *
   * @throws Error: those of some tenants could not be read; the others have been
   */
  readAll(tenants: TenantRules): Promise<void>;
  stop(): Promise<void>;
}
