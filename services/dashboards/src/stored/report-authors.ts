import type { Queryable } from '@alzette/kit/database';

const SET = `
  UPDATE dashboards.report SET author = $3, author_grant = $4::jsonb, refused_at = NULL WHERE tenant = $1 AND id = $2`;
const FIND = `SELECT author, author_grant::text AS grant FROM dashboards.report WHERE tenant = $1 AND id = $2`;
const NOTE_REFUSED = 'UPDATE dashboards.report SET refused_at = now() WHERE tenant = $1 AND id = $2';
const REFUSED = 'SELECT id, refused_at FROM dashboards.report WHERE tenant = $1 AND refused_at IS NOT NULL';

/** The author of what the product itself creates in the demo. Names of other authors say their kind first. */
export const PRODUCT = 'demo';

/** Who scheduled a report last. */
export interface ReportAuthor {
  /** As named in the audit. */
  readonly name: string;
  /** A result of `authorOf`. */
  readonly grant: object | null;
}

/** Whoever saves a report answers for its sending from then on. */
export async function setAuthor(tx: Queryable, tenant: string, id: string, { name, grant }: ReportAuthor) {
  await tx.query({ text: SET, values: [tenant, id, name, grant && JSON.stringify(grant)] });
}

/** Undefined: there is no such report any more. */
export async function authorOfReport(db: Queryable, tenant: string, id: string): Promise<ReportAuthor | undefined> {
  const { rows } = await db.query<{ author: string; grant: string | null }>({ text: FIND, values: [tenant, id] });
  const [row] = rows;
  return row && { name: row.author, grant: row.grant === null ? null : (JSON.parse(row.grant) as object) };
}

export async function noteRefused(db: Queryable, tenant: string, id: string): Promise<void> {
  await db.query({ text: NOTE_REFUSED, values: [tenant, id] });
}

/** When reports were last not sent because of their author's rights, by id. */
export async function refusedReports(db: Queryable, tenant: string): Promise<ReadonlyMap<string, string>> {
  const { rows } = await db.query<{ id: string; refused_at: Date }>({ text: REFUSED, values: [tenant] });
  return new Map(rows.map(({ id, refused_at }) => [id, refused_at.toISOString()]));
}
