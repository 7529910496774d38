import type { Queryable } from '@alzette/kit/database';
import type { SentReport } from '../contract/contract.ts';

const DAYS = `to_char(from_day, 'YYYY-MM-DD') AS from_day, to_char(to_day, 'YYYY-MM-DD') AS to_day`;
const LATEST = `
  SELECT id, report, ${DAYS}, title, made_at, recipients, delivered, fault, octet_length(pdf) AS bytes
  FROM dashboards.sent WHERE tenant = $1 ORDER BY made_at DESC LIMIT 200`;
const ONE = `
  SELECT id, report, ${DAYS}, encode(pdf, 'base64') AS pdf, encode(csv, 'base64') AS csv
  FROM dashboards.sent WHERE tenant = $1 AND id::text = $2`;
const OF_RUN = `
  SELECT id, report, ${DAYS}, title, recipients, delivered, encode(pdf, 'base64') AS pdf, encode(csv, 'base64') AS csv
  FROM dashboards.sent WHERE tenant = $1 AND run = $2`;
const KEEP = `
  INSERT INTO dashboards.sent (tenant, report, from_day, to_day, title, recipients, pdf, csv, run)
  VALUES ($1, $2, $3, $4, $5, $6, decode($7, 'base64'), decode($8, 'base64'), $9) ON CONFLICT DO NOTHING`;
const DELIVERED = `UPDATE dashboards.sent SET delivered = array_append(delivered, $3), fault = NULL WHERE tenant = $1 AND run = $2`;
const FAILED = 'UPDATE dashboards.sent SET fault = $3 WHERE tenant = $1 AND run = $2';

export interface Sent {
  readonly report: string;
  readonly from_day: string;
  readonly to_day: string;
  readonly title: string;
  readonly recipients: readonly string[];
  readonly delivered: readonly string[];
  readonly pdf: Buffer;
  readonly csv: Buffer;
}

export async function sentReports(db: Queryable, tenant: string): Promise<SentReport[]> {
  const { rows } = await db.query<Omit<SentReport, 'made_at'> & { made_at: Date }>({ text: LATEST, values: [tenant] });
  return rows.map((row) => ({ ...row, made_at: row.made_at.toISOString() }));
}

export async function findSent(db: Queryable, tenant: string, id: string): Promise<Sent | undefined> {
  return sentOf((await db.query<Row>({ text: ONE, values: [tenant, id] })).rows[0]);
}

/** The report that a run has already made. */
export async function sentByRun(db: Queryable, tenant: string, run: string): Promise<Sent | undefined> {
  return sentOf((await db.query<Row>({ text: OF_RUN, values: [tenant, run] })).rows[0]);
}

export async function keepSent(db: Queryable, tenant: string, run: string, sent: Omit<Sent, 'delivered'>) {
  const { report, from_day, to_day, title, recipients, pdf, csv } = sent;
  const values = [
    tenant,
    report,
    from_day,
    to_day,
    title,
    recipients,
    pdf.toString('base64'),
    csv.toString('base64'),
    run,
  ];
  await db.query({ text: KEEP, values });
}

export async function noteDelivered(db: Queryable, tenant: string, run: string, recipient: string): Promise<void> {
  await db.query({ text: DELIVERED, values: [tenant, run, recipient] });
}

export async function noteFault(db: Queryable, tenant: string, run: string, fault: string): Promise<void> {
  await db.query({ text: FAILED, values: [tenant, run, fault] });
}

interface Row extends Omit<Sent, 'pdf' | 'csv'> {
  readonly pdf: string;
  readonly csv: string;
}

function sentOf(row: Row | undefined): Sent | undefined {
  return row && { ...row, pdf: Buffer.from(row.pdf, 'base64'), csv: Buffer.from(row.csv, 'base64') };
}
