import type { RuleSet } from './rule-set.ts';

/** By tenant. */
export type TenantRules = ReadonlyMap<string, { readonly rules: RuleSet }>;

/** The subscriptions by which rules learn of changes: one for each choice of entities. */
export interface Subscriptions {
  /** Makes what is missing, drops what is not needed any more, and reads what was there before. */
  settle(tenants: TenantRules): Promise<void>;
  /** Reads the entities of all scopes again: also those that have left one are noticed. */
  readAll(tenants: TenantRules): Promise<void>;
  stop(): Promise<void>;
}
