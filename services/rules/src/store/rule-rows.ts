import type { Queryable } from '@alzette/kit/database';
import { ofAllTenants } from '@alzette/kit/each-tenant';
import type { RuleDocument } from '../contract/rule.ts';
import type { RuleVersion } from '../contract/schemas.ts';

/** A stored rule. */
export interface StoredRule {
  readonly tenant: string;
  readonly document: RuleDocument;
  readonly version: number;
  /** The version that last changed the evaluation. */
  readonly evaluatedSince: number;
  readonly silenceMs: number;
  readonly isEnabled: boolean;
}

interface RuleRow {
  readonly tenant: string;
  readonly document: string;
  readonly version: number;
  readonly evaluated_since: number;
  readonly silence_ms: number;
  readonly is_enabled: boolean;
}

const COLUMNS = `tenant, document, version, evaluated_since, silence_ms, is_enabled`;
const SELECT_ALL = `SELECT ${COLUMNS} FROM rules.rule ORDER BY tenant, id /* all tenants: the process that evaluates holds them in memory */`;
const SELECT_OF_TENANT = `SELECT ${COLUMNS} FROM rules.rule WHERE tenant = $1 ORDER BY id`;
const SELECT_ONE = `SELECT ${COLUMNS} FROM rules.rule WHERE tenant = $1 AND id = $2`;
const LOCK_TENANT = `SELECT pg_advisory_xact_lock(hashtext('rules of ' || $1))`;
const PUT = `
  INSERT INTO rules.rule (tenant, id, version, evaluated_since, silence_ms, is_enabled, document, author)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
  ON CONFLICT (tenant, id) DO UPDATE SET version = excluded.version, evaluated_since = excluded.evaluated_since,
    silence_ms = excluded.silence_ms, is_enabled = excluded.is_enabled, document = excluded.document,
    author = excluded.author`;
const ADD_VERSION = `INSERT INTO rules.rule_version (tenant, id, version, document, author) VALUES ($1, $2, $3, $4, $5)`;
const DELETE = `DELETE FROM rules.rule WHERE tenant = $1 AND id = $2`;
const AUTHOR = `SELECT author::text AS author FROM rules.rule WHERE tenant = $1 AND id = $2`;
const LAST_VERSION = `SELECT max(version) AS version FROM rules.rule_version WHERE tenant = $1 AND id = $2`;
const VERSIONS = `
  SELECT version, author, written_at, document FROM rules.rule_version WHERE tenant = $1 AND id = $2 ORDER BY version DESC`;
const TELL = `SELECT send_message('rules_changed', '')`;

/** The channel that signals changes of rules or maintenance. */
export const RULES_CHANGED = 'rules_changed';

export async function allRules(db: Queryable): Promise<StoredRule[]> {
  return (await db.query<RuleRow>({ name: 'rules-all', text: SELECT_ALL })).rows.map(stored);
}

/** All rules, without those of a node that is away. */
export async function reachableRules(db: Queryable): Promise<StoredRule[]> {
  const all = { name: 'rules-all', text: SELECT_ALL };
  const rows = await ofAllTenants<RuleRow>(db, all, (tenant) => ({ text: SELECT_OF_TENANT, values: [tenant] }));
  return rows.map(stored);
}

export async function rulesOf(db: Queryable, tenant: string): Promise<StoredRule[]> {
  return (await db.query<RuleRow>({ name: 'rules-of-tenant', text: SELECT_OF_TENANT, values: [tenant] })).rows.map(
    stored,
  );
}

export async function findRule(db: Queryable, tenant: string, id: string): Promise<StoredRule | undefined> {
  return (await db.query<RuleRow>({ name: 'rules-one', text: SELECT_ONE, values: [tenant, id] })).rows.map(stored)[0];
}

/** Locks the rules of the tenant until the transaction ends, because the check for cycles reads all of them. */
export async function lockRules(tx: Queryable, tenant: string): Promise<void> {
  await tx.query({ text: LOCK_TENANT, values: [tenant] });
}

/**
 * Stores a rule as its next version.
 *
 * @param by who saved it, as named in the audit
 * @param author their grant, a result of `authorOf`; null: the product
 */
export async function putRule(tx: Queryable, rule: StoredRule, by: string, author: object | null): Promise<void> {
  const { tenant, document, version, evaluatedSince, silenceMs, isEnabled } = rule;
  const text = JSON.stringify(document);
  const known = [tenant, document.id, version, evaluatedSince];
  await tx.query({ text: PUT, values: [...known, silenceMs, isEnabled, text, author && JSON.stringify(author)] });
  await tx.query({ text: ADD_VERSION, values: [tenant, document.id, version, text, by] });
  await tx.query({ text: TELL });
}

/** The grant of who saved a rule; null: the product. Undefined: there is no such rule any more. */
export async function authorOfRule(db: Queryable, tenant: string, id: string): Promise<object | null | undefined> {
  const { rows } = await db.query<{ author: string | null }>({
    name: 'rules-author',
    text: AUTHOR,
    values: [tenant, id],
  });
  const [row] = rows;
  return row && (row.author === null ? null : (JSON.parse(row.author) as object));
}

export async function tellRulesChanged(db: Queryable): Promise<void> {
  await db.query({ text: TELL });
}

/** Deletes the rule. Its versions stay, because alarms refer to them. */
export async function deleteRule(tx: Queryable, tenant: string, id: string): Promise<boolean> {
  const { rowCount } = await tx.query({ text: DELETE, values: [tenant, id] });
  await tx.query({ text: TELL });
  return rowCount > 0;
}

/** 0: such a rule never existed. */
export async function lastVersion(db: Queryable, tenant: string, id: string): Promise<number> {
  const { rows } = await db.query<{ version: number | null }>({ text: LAST_VERSION, values: [tenant, id] });
  return rows[0]?.version ?? 0;
}

export async function versionsOf(db: Queryable, tenant: string, id: string): Promise<RuleVersion[]> {
  interface Row {
    readonly version: number;
    readonly author: string;
    readonly written_at: Date;
    readonly document: string;
  }
  const { rows } = await db.query<Row>({ text: VERSIONS, values: [tenant, id] });
  return rows.map(({ version, author, written_at, document }) => ({
    version,
    author,
    writtenAt: written_at.toISOString(),
    document: JSON.parse(document) as RuleDocument,
  }));
}

function stored(row: RuleRow): StoredRule {
  return {
    tenant: row.tenant,
    document: JSON.parse(row.document) as RuleDocument,
    version: row.version,
    evaluatedSince: row.evaluated_since,
    silenceMs: row.silence_ms,
    isEnabled: row.is_enabled,
  };
}
