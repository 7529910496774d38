import type { Queryable } from '@alzette/kit/database';
import { ofEachTenant } from '@alzette/kit/each-tenant';
import type { StateKind } from '../contract/procedure.ts';
import type { Dossier } from '../workflow/dossier.ts';

/** A stored dossier. */
export interface KeptDossier {
  readonly tenant: string;
  /** Starts at 1 and increases by one with each change. */
  readonly version: number;
  readonly dossier: Dossier;
  readonly kind: StateKind;
}

/** What is copied from a dossier for searches. */
export interface Searched {
  readonly kind: StateKind;
  /** Absent: it is closed, or waits for its sender. */
  readonly dueOn?: string | undefined;
  /** Whether silence decides on that day. */
  readonly isDecidedBySilence: boolean;
  /** When the personal data are to be erased. */
  readonly forgetAt?: string | undefined;
}

export interface DossierQuery {
  readonly procedure?: string | undefined;
  readonly kinds?: readonly string[] | undefined;
  readonly commune?: string | undefined;
  /** Local: only those that were due before this day. */
  readonly lateOn?: string | undefined;
}

const COLUMNS = 'tenant, version, state, kind';
const INSERT = `
  INSERT INTO procedures.dossier (tenant, id, origin_key, request_digest, procedure, procedure_version, state, kind, commune,
    due_on, silent_on, sent_at, updated_at, writing_since)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, now())
  ON CONFLICT (tenant, origin_key) DO NOTHING RETURNING id`;
const BY_ORIGIN = `
  SELECT request_digest AS digest, ${COLUMNS} FROM procedures.dossier WHERE tenant = $1 AND origin_key = $2`;
const LOAD = `SELECT ${COLUMNS} FROM procedures.dossier WHERE tenant = $1 AND id = $2`;
const LOCK = `${LOAD} FOR UPDATE`;
const SAVE = `
  UPDATE procedures.dossier SET version = version + 1, state = $3, kind = $4, due_on = $5, silent_on = $6, forget_at = $7,
    updated_at = $8, closed_at = $9, writing_since = least(writing_since, now())
  WHERE tenant = $1 AND id = $2`;
const LIST = `
  SELECT ${COLUMNS} FROM procedures.dossier
  WHERE tenant = $1 AND ($2::text IS NULL OR procedure = $2) AND ($3::text[] IS NULL OR kind = ANY ($3))
    AND ($4::text IS NULL OR commune = $4) AND ($5::date IS NULL OR (kind = 'open' AND due_on < $5))
  ORDER BY kind <> 'open', due_on NULLS LAST, sent_at DESC LIMIT $6`;
const ALL = `
  SELECT ${COLUMNS} FROM procedures.dossier WHERE tenant = $1 AND ($2::text IS NULL OR procedure = $2)
  ORDER BY sent_at, id LIMIT $3`;
const OF_ACCOUNT = `
  SELECT d.tenant, d.version, d.state, d.kind FROM procedures.dossier d
  JOIN procedures.sender s ON s.tenant = $1 AND s.dossier = d.id
  WHERE d.tenant = $1 AND s.account = $2 AND s.company IS NULL ORDER BY d.sent_at DESC LIMIT $3`;
const OF_COMPANY = `
  SELECT d.tenant, d.version, d.state, d.kind FROM procedures.dossier d
  JOIN procedures.sender s ON s.tenant = $1 AND s.dossier = d.id
  WHERE d.tenant = $1 AND s.company = $2 ORDER BY d.sent_at DESC LIMIT $3`;
const COUNT = `
  SELECT procedure, count(*) AS n FROM procedures.dossier WHERE tenant = $1 AND kind = 'open' GROUP BY procedure`;
const WRITTEN = `
  UPDATE procedures.dossier SET writing_since = NULL WHERE tenant = $1 AND id = $2 AND version = $3 RETURNING id`;
const IS_UNWRITTEN = 'writing_since < now() - make_interval(secs => $1)';
const TENANTS_UNWRITTEN = `
  SELECT DISTINCT tenant FROM procedures.dossier WHERE ${IS_UNWRITTEN} /* all tenants: those with unfinished writes */`;
const UNWRITTEN = `
  UPDATE procedures.dossier SET writing_since = now() WHERE tenant = $2 AND id IN (
    SELECT id FROM procedures.dossier WHERE tenant = $2 AND ${IS_UNWRITTEN}
    ORDER BY writing_since LIMIT $3 FOR UPDATE SKIP LOCKED)
  RETURNING ${COLUMNS}`;
const TENANTS_DUE = `
  SELECT DISTINCT tenant FROM procedures.dossier WHERE silent_on <= $1 /* all tenants: those with dossiers that silence decides */`;
const DUE = `SELECT ${COLUMNS} FROM procedures.dossier WHERE tenant = $1 AND silent_on <= $2 ORDER BY silent_on LIMIT $3`;
const TENANTS_TO_FORGET = `
  SELECT DISTINCT tenant FROM procedures.dossier WHERE forget_at <= now() /* all tenants: those with data to erase */`;
const TO_FORGET = `SELECT ${COLUMNS} FROM procedures.dossier WHERE tenant = $1 AND forget_at <= now() ORDER BY forget_at LIMIT $2`;

interface Row {
  readonly tenant: string;
  readonly version: number;
  readonly state: string;
  readonly kind: StateKind;
}

/** @param origin hashes of the sender's key and of the request. False: that key is in use */
export async function insertDossier(
  tx: Queryable,
  tenant: string,
  dossier: Dossier,
  { kind, dueOn, isDecidedBySilence }: Searched,
  { key, digest }: { readonly key: string; readonly digest: string },
): Promise<boolean> {
  const { id, procedure, procedureVersion, commune, sentAt, updatedAt } = dossier;
  const values = [tenant, id, key, digest, procedure, procedureVersion, dossier, kind, commune ?? null];
  const days = [dueOn ?? null, isDecidedBySilence ? (dueOn ?? null) : null];
  return (await tx.query({ text: INSERT, values: [...values, ...days, sentAt, updatedAt] })).rows.length > 0;
}

export async function findByOrigin(
  db: Queryable,
  tenant: string,
  key: string,
): Promise<(KeptDossier & { readonly digest: string }) | undefined> {
  const { rows } = await db.query<Row & { digest: string }>({ text: BY_ORIGIN, values: [tenant, key] });
  return rows[0] && { ...toKept(rows[0]), digest: rows[0].digest };
}

export async function findDossier(db: Queryable, tenant: string, id: string): Promise<KeptDossier | undefined> {
  return (await db.query<Row>({ text: LOAD, values: [tenant, id] })).rows.map(toKept)[0];
}

/** Reads a dossier and locks it until the transaction ends. */
export async function lockDossier(tx: Queryable, tenant: string, id: string): Promise<KeptDossier | undefined> {
  return (await tx.query<Row>({ text: LOCK, values: [tenant, id] })).rows.map(toKept)[0];
}

/** Replaces a locked dossier; its entity must be written next. */
export async function saveDossier(
  tx: Queryable,
  tenant: string,
  dossier: Dossier,
  { kind, dueOn, isDecidedBySilence, forgetAt }: Searched,
): Promise<void> {
  const { id, updatedAt, closedAt } = dossier;
  const days = [dueOn ?? null, isDecidedBySilence ? (dueOn ?? null) : null, forgetAt ?? null];
  const values = [tenant, id, dossier, kind, ...days, updatedAt, closedAt ?? null];
  await tx.query({ text: SAVE, values });
}

/** The most urgent first. */
export async function listDossiers(
  db: Queryable,
  tenant: string,
  { procedure, kinds, commune, lateOn }: DossierQuery,
  most: number,
): Promise<KeptDossier[]> {
  const values = [tenant, procedure ?? null, kinds ?? null, commune ?? null, lateOn ?? null, most];
  return (await db.query<Row>({ text: LIST, values })).rows.map(toKept);
}

/** Those of a procedure, or all, in the order in which they were sent. */
export async function allDossiers(
  db: Queryable,
  tenant: string,
  procedure: string | undefined,
  most: number,
): Promise<KeptDossier[]> {
  return (await db.query<Row>({ text: ALL, values: [tenant, procedure ?? null, most] })).rows.map(toKept);
}

/** Those that somebody sent for themselves while signed in, the latest first. */
export async function dossiersOfAccount(
  db: Queryable,
  tenant: string,
  account: string,
  most: number,
): Promise<KeptDossier[]> {
  return (await db.query<Row>({ text: OF_ACCOUNT, values: [tenant, account, most] })).rows.map(toKept);
}

/** Those that were sent for a company, the latest first. */
export async function dossiersOfCompany(
  db: Queryable,
  tenant: string,
  company: string,
  most: number,
): Promise<KeptDossier[]> {
  return (await db.query<Row>({ text: OF_COMPANY, values: [tenant, company, most] })).rows.map(toKept);
}

/** How many dossiers of each procedure are open. */
export async function countOpen(db: Queryable, tenant: string): Promise<ReadonlyMap<string, number>> {
  const { rows } = await db.query<{ procedure: string; n: number }>({ text: COUNT, values: [tenant] });
  return new Map(rows.map(({ procedure, n }) => [procedure, n]));
}

/** Marks the entity as equal to this version of the dossier. False: the dossier has changed since. */
export async function markWritten(db: Queryable, { tenant, version, dossier }: KeptDossier): Promise<boolean> {
  return (await db.query({ text: WRITTEN, values: [tenant, dossier.id, version] })).rows.length > 0;
}

/** Dossiers whose entities have been outdated for so long that the process has probably died. */
export async function takeUnwritten(db: Queryable, olderThanS: number, most: number): Promise<KeptDossier[]> {
  const rows = await ofEachTenant<Row>(db, { text: TENANTS_UNWRITTEN, values: [olderThanS] }, (tenant) => ({
    text: UNWRITTEN,
    values: [olderThanS, tenant, most],
  }));
  return rows.map(toKept);
}

/** Open dossiers whose day has come. @param day the latest that it is anywhere */
export async function dossiersDue(db: Queryable, day: string, most: number): Promise<KeptDossier[]> {
  const rows = await ofEachTenant<Row>(db, { text: TENANTS_DUE, values: [day] }, (tenant) => ({
    text: DUE,
    values: [tenant, day, most],
  }));
  return rows.map(toKept);
}

/** Dossiers whose personal data are to be erased. */
export async function dossiersToForget(db: Queryable, most: number): Promise<KeptDossier[]> {
  const rows = await ofEachTenant<Row>(db, { text: TENANTS_TO_FORGET }, (tenant) => ({
    text: TO_FORGET,
    values: [tenant, most],
  }));
  return rows.map(toKept);
}

function toKept({ tenant, version, state, kind }: Row): KeptDossier {
  return { tenant, version, kind, dossier: JSON.parse(state) as Dossier }; // written by this file
}
