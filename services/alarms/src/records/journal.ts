import type { Queryable } from '@alzette/kit/database';
import type { JournalEntry as KeptEntry } from '../contract/contract.ts';

/** An act on a record. */
export interface JournalEntry {
  readonly at: Date;
  /** The actor's name in the audit. */
  readonly actor: string;
  readonly act: string;
  readonly detail: { readonly [member: string]: unknown };
  /** The client's own id of the act. */
  readonly key?: string;
}

const APPEND = `
  INSERT INTO alarms.journal (tenant, record, at, actor, act, detail, key) VALUES ($1, $2, $3, $4, $5, $6, $7)
  ON CONFLICT (tenant, record, key) WHERE key IS NOT NULL DO NOTHING`;
const APPEND_ALL = `
  INSERT INTO alarms.journal (tenant, record, at, actor, act, detail)
  SELECT $1, record, at, actor, act, detail::jsonb
  FROM unnest($2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::text[])
    WITH ORDINALITY AS given (record, at, actor, act, detail, place)
  ORDER BY place`;
const READ = `
  SELECT n, at, actor, act, detail, key FROM alarms.journal WHERE tenant = $1 AND record = $2 ORDER BY n DESC LIMIT $3`;
const KNOWN = 'SELECT key FROM alarms.journal WHERE tenant = $1 AND record = $2 AND key = ANY($3::text[])';

const MAX_READ = 500;

/** Returns false if an act with that key already exists. */
export async function appendEntry(
  tx: Queryable,
  tenant: string,
  record: string,
  entry: JournalEntry,
): Promise<boolean> {
  const { at, actor, act, detail, key } = entry;
  const { rowCount } = await tx.query({ text: APPEND, values: [tenant, record, at, actor, act, detail, key ?? null] });
  return rowCount === 1;
}

/** Appends entries of several records, in their order. */
export async function appendEntries(
  tx: Queryable,
  tenant: string,
  entries: readonly (JournalEntry & { readonly record: string })[],
): Promise<void> {
  const values = [
    tenant,
    entries.map(({ record }) => record),
    entries.map(({ at }) => at.toISOString()),
    entries.map(({ actor }) => actor),
    entries.map(({ act }) => act),
    entries.map(({ detail }) => JSON.stringify(detail)),
  ];
  await tx.query({ text: APPEND_ALL, values });
}

/** The latest entries, oldest first. */
export async function readJournal(db: Queryable, tenant: string, record: string): Promise<KeptEntry[]> {
  interface Row {
    readonly n: number;
    readonly at: Date;
    readonly actor: string;
    readonly act: string;
    readonly detail: string;
    readonly key: string | null;
  }
  const { rows } = await db.query<Row>({ text: READ, values: [tenant, record, MAX_READ] });
  return rows.reverse().map(({ at, detail, key, ...row }) => ({
    ...row,
    at: at.toISOString(),
    detail: JSON.parse(detail),
    ...(key && { key }),
  }));
}

/** The keys among `keys` whose acts were applied already. */
export async function knownActs(db: Queryable, tenant: string, record: string, keys: readonly string[]) {
  const { rows } = await db.query<{ key: string }>({ text: KNOWN, values: [tenant, record, keys] });
  return new Set(rows.map(({ key }) => key));
}
