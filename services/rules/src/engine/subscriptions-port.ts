import type { RuleSet } from './rule-set.ts';

/** By tenant. */
export type TenantRules = ReadonlyMap<string, { readonly rules: RuleSet }>;

/** The subscriptions through which rules receive changes: one for each entity selection. */
export interface Subscriptions {
  /** Creates missing subscriptions, deletes unused ones, and reads the existing entities. */
  settle(tenants: TenantRules): Promise<void>;
  /** Reads the entities of all scopes again; also detects entities that have left a scope. */
  readAll(tenants: TenantRules): Promise<void>;
  stop(): Promise<void>;
}
