import type { Queryable } from '@alzette/kit/database';
import { ofEachTenant } from '@alzette/kit/each-tenant';
import type { Report } from '../contract/report.ts';

/** A stored report. */
export interface StoredReport {
  readonly tenant: string;
  /** Starts at 1 and increases by one with each change. */
  readonly version: number;
  readonly report: Report;
}

const COLUMNS = 'tenant, version, state';
const INSERT = `
  INSERT INTO reports.report (tenant, id, origin_key, request_digest, state, category, commune, status, moderation,
    longitude, latitude, requested_at, updated_at, writing_since)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, now())
  ON CONFLICT (tenant, origin_key) DO NOTHING RETURNING id`;
const BY_ORIGIN = `SELECT request_digest, ${COLUMNS} FROM reports.report WHERE tenant = $1 AND origin_key = $2`;
const LOAD = `SELECT ${COLUMNS} FROM reports.report WHERE tenant = $1 AND id = ANY($2::text[])`;
const LOCK = `${LOAD} ORDER BY id FOR UPDATE`;
const SAVE = `
  UPDATE reports.report SET version = version + 1, state = $3, category = $4, status = $5, moderation = $6,
    updated_at = $7, writing_since = least(writing_since, now())
  WHERE tenant = $1 AND id = $2`;
const WRITTEN = `
  UPDATE reports.report SET writing_since = NULL WHERE tenant = $1 AND id = $2 AND version = $3 RETURNING id`;
const IS_UNWRITTEN = 'writing_since < now() - make_interval(secs => $1)';
const TENANTS_UNWRITTEN = `
  SELECT DISTINCT tenant FROM reports.report WHERE ${IS_UNWRITTEN} /* all tenants: those with unfinished writes */`;
const UNWRITTEN = `
  UPDATE reports.report SET writing_since = now() WHERE tenant = $2 AND id IN (
    SELECT id FROM reports.report WHERE tenant = $2 AND ${IS_UNWRITTEN}
    ORDER BY writing_since LIMIT $3 FOR UPDATE SKIP LOCKED)
  RETURNING ${COLUMNS}`;
const DUPLICATES = `SELECT id FROM reports.report WHERE tenant = $1 AND state->>'duplicateOf' = $2 AND status = 'duplicate'`;

interface Row {
  readonly tenant: string;
  readonly version: number;
  readonly state: string;
}

/** @param originKey the sender and their key. False: that key is in use */
export async function insertReport(
  tx: Queryable,
  tenant: string,
  report: Report,
  originKey: string,
  requestDigest: string,
): Promise<boolean> {
  const { id, category, commune, status, moderation, position, requestedAt, updatedAt } = report;
  const columns = [category, commune, status, moderation, ...position, requestedAt, updatedAt];
  const { rows } = await tx.query({ text: INSERT, values: [tenant, id, originKey, requestDigest, report, ...columns] });
  return rows.length > 0;
}

export async function findByOrigin(
  db: Queryable,
  tenant: string,
  originKey: string,
): Promise<(StoredReport & { readonly requestDigest: string }) | undefined> {
  const { rows } = await db.query<Row & { request_digest: string }>({ text: BY_ORIGIN, values: [tenant, originKey] });
  return rows[0] && { ...toStoredReport(rows[0]), requestDigest: rows[0].request_digest };
}

export async function loadReports(
  db: Queryable,
  tenant: string,
  ids: readonly string[],
): Promise<Map<string, StoredReport>> {
  return byId((await db.query<Row>({ text: LOAD, values: [tenant, ids] })).rows);
}

/** Reads reports and locks them until the transaction ends. */
export async function lockReports(
  tx: Queryable,
  tenant: string,
  ids: readonly string[],
): Promise<Map<string, StoredReport>> {
  return byId((await tx.query<Row>({ text: LOCK, values: [tenant, ids] })).rows);
}

/** Replaces a locked report; its entity must be written next. */
export async function saveReport(tx: Queryable, tenant: string, report: Report): Promise<void> {
  const { id, category, status, moderation, updatedAt } = report;
  await tx.query({ text: SAVE, values: [tenant, id, report, category, status, moderation, updatedAt] });
}

/** Marks the entity as equal to this version of the report. False: the report has changed since. */
export async function markWritten(db: Queryable, { tenant, version, report }: StoredReport): Promise<boolean> {
  return (await db.query({ text: WRITTEN, values: [tenant, report.id, version] })).rows.length > 0;
}

/** Reports whose entities have been outdated for so long that the process has probably died. */
export async function takeUnwritten(db: Queryable, olderThanS: number, most: number): Promise<StoredReport[]> {
  const rows = await ofEachTenant<Row>(db, { text: TENANTS_UNWRITTEN, values: [olderThanS] }, (tenant) => ({
    text: UNWRITTEN,
    values: [olderThanS, tenant, most],
  }));
  return rows.map(toStoredReport);
}

/** The ids of the reports that were merged into this one. */
export async function duplicatesOf(db: Queryable, tenant: string, id: string): Promise<string[]> {
  const { rows } = await db.query<{ id: string }>({ text: DUPLICATES, values: [tenant, id] });
  return rows.map((row) => row.id);
}

function byId(rows: readonly Row[]): Map<string, StoredReport> {
  return new Map(rows.map(toStoredReport).map((kept) => [kept.report.id, kept]));
}

export function toStoredReport({ tenant, version, state }: Row): StoredReport {
  return { tenant, version, report: JSON.parse(state) as Report }; // written by this file
}
