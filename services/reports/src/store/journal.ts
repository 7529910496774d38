import type { Queryable } from '@alzette/kit/database';
import type { Audience, Entry } from '../contract/desk.ts';
import type { Status } from '../contract/report.ts';

type NewEntry = Omit<Entry, 'n' | 'detail'> & { readonly detail?: object | undefined };

const COLUMNS = 'report, n, at, actor, act, audience, status, text, detail';
const APPEND = `
  INSERT INTO reports.entry (tenant, report, at, actor, act, audience, status, text, detail)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING n`;
const READ = `SELECT ${COLUMNS} FROM reports.entry WHERE tenant = $1 AND report = $2 AND audience = ANY($3::text[]) ORDER BY n`;
const READ_PUBLIC = `
  SELECT ${COLUMNS} FROM reports.entry e WHERE tenant = $1 AND audience = 'public' AND at >= $2 AND at <= $3
    AND EXISTS (SELECT FROM reports.report r WHERE r.tenant = $1 AND r.id = e.report AND r.moderation = 'accepted')
  ORDER BY at, n LIMIT $4`;

const FIND_ADDITION = `
  SELECT n FROM reports.entry WHERE tenant = $1 AND report = $2 AND act = 'add' AND detail->>'key' = $3`;
const LAST_PUBLIC_TEXTS = `
  SELECT DISTINCT ON (report) report, text, status FROM reports.entry
  WHERE tenant = $1 AND report = ANY($2::text[]) AND audience = 'public' AND text IS NOT NULL ORDER BY report, n DESC`;

interface Row {
  readonly report: string;
  readonly n: number;
  readonly at: Date;
  readonly actor: string;
  readonly act: string;
  readonly audience: Audience;
  readonly status: Status | null;
  readonly text: string | null;
  readonly detail: string;
}

/** What was said in public, and the status of the report with it. */
export interface PublicText {
  readonly text: string;
  readonly status: Status | null;
}

/** @returns its number */
export async function appendEntry(tx: Queryable, tenant: string, report: string, entry: NewEntry): Promise<number> {
  const { at, actor, act, audience, status = null, text = null, detail = {} } = entry;
  const values = [tenant, report, at, actor, act, audience, status, text, detail];
  return (await tx.query<{ n: number }>({ text: APPEND, values })).rows[0]?.n ?? 0;
}

/** Whether the author has made the addition with this key before. */
export async function isAdded(tx: Queryable, tenant: string, report: string, key: string): Promise<boolean> {
  return (await tx.query({ text: FIND_ADDITION, values: [tenant, report, key] })).rows.length > 0;
}

/** The entries for these audiences, oldest first. */
export async function readJournal(
  db: Queryable,
  tenant: string,
  report: string,
  audiences: readonly Audience[],
): Promise<Entry[]> {
  return (await db.query<Row>({ text: READ, values: [tenant, report, audiences] })).rows.map(toEntry);
}

/** The last public text of each of these reports that has one, and the status with it, by the id of the report. */
export async function readLastPublicTexts(
  db: Queryable,
  tenant: string,
  reports: readonly string[],
): Promise<Map<string, PublicText>> {
  const { rows } = await db.query<PublicText & { readonly report: string }>({
    text: LAST_PUBLIC_TEXTS,
    values: [tenant, reports],
  });
  return new Map(rows.map(({ report, text, status }) => [report, { text, status }]));
}

/** Public entries of accepted reports within a period. */
export async function readPublicEntries(db: Queryable, tenant: string, from: Date, to: Date, most: number) {
  const { rows } = await db.query<Row>({ text: READ_PUBLIC, values: [tenant, from, to, most] });
  return rows.map((row) => ({ ...toEntry(row), report: row.report }));
}

function toEntry({ n, at, actor, act, audience, status, text, detail }: Row): Entry {
  return {
    n,
    at: at.toISOString(),
    actor,
    act,
    audience,
    ...(status !== null && { status }),
    ...(text !== null && { text }),
    detail: JSON.parse(detail) as Entry['detail'], // written by `appendEntry`
  };
}
