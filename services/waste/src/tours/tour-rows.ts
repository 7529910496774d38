import { createHash, randomBytes } from 'node:crypto';
import type { Queryable } from '@alzette/kit/database';
import type { Act, Tour } from '../contract/contract.ts';

/** A stored round. */
export interface KeptRound {
  readonly id: string;
  readonly day: string;
  readonly createdAt: Date;
  readonly tour: Tour;
  readonly kind: string;
  readonly acts: readonly Act[];
  /** Who made the link of the driver's page: their name in the audit, and a result of `authorOf`. */
  readonly linkBy: string;
  readonly author: object | null;
}

/** Who makes the link of a driver's page. */
export type LinkMaker = Pick<KeptRound, 'linkBy' | 'author'>;

const KEEP = `
  INSERT INTO waste.round (tenant, id, day, secret_hash, document, link_by, author) VALUES ($1, $2, $3, $4, $5, $6, $7)`;
const ACTS = `(
  SELECT coalesce(jsonb_agg(jsonb_build_object('stop', a.stop, 'state', a.state, 'note', a.note, 'at', a.at)), '[]')
  FROM waste.round_act AS a WHERE a.tenant = $1 AND a.round = r.id)::text AS acts`;
const COLUMNS = `r.tenant, r.id, r.day::text AS day, r.created_at, r.document::text AS document,
  coalesce(r.link_by, '') AS link_by, r.author::text AS author, ${ACTS}`;
const LIST = `SELECT ${COLUMNS} FROM waste.round AS r WHERE r.tenant = $1 ORDER BY r.day DESC, r.created_at DESC LIMIT $2`;
const ONE = `SELECT ${COLUMNS} FROM waste.round AS r WHERE r.tenant = $1 AND r.id = $2`;
const OF_SECRET = `
  SELECT tenant, id FROM waste.round WHERE secret_hash = $1 /* all tenants: the link of a driver does not tell which */`;
const RENEW = `
  UPDATE waste.round SET secret_hash = $3, link_by = $4, author = $5 WHERE tenant = $1 AND id = $2`;
/** The later act is kept, whatever the order of arrival. */
const ACT = `
  INSERT INTO waste.round_act (tenant, round, stop, state, note, at)
  SELECT $1, $2, * FROM unnest($3::text[], $4::text[], $5::text[], $6::timestamptz[])
  ON CONFLICT (tenant, round, stop) DO UPDATE SET state = excluded.state, note = excluded.note, at = excluded.at
  WHERE waste.round_act.at < excluded.at`;

/** Of rounds that were driven: with a stop that was done. */
const SAVED = `
  SELECT coalesce(sum((r.document ->> 'savedKm')::float8), 0) AS km, count(*)::int AS n FROM waste.round AS r
  WHERE r.tenant = $1 AND r.day BETWEEN $2 AND $3 AND r.document ? 'savedKm'
    AND EXISTS (SELECT FROM waste.round_act AS a WHERE a.tenant = $1 AND a.round = r.id AND a.state = 'done')`;

const sha256 = (text: string) => createHash('sha256').update(text).digest('base64url');

interface Row {
  readonly tenant: string;
  readonly id: string;
  readonly day: string;
  readonly created_at: Date;
  readonly document: string;
  readonly acts: string;
  readonly link_by: string;
  readonly author: string | null;
}

interface NewRound extends Pick<KeptRound, 'day' | 'kind' | 'tour'> {
  /** Its share of what the fixed rounds of the day would have driven more; undefined: there is nothing to compare it with. */
  readonly savedKm: number | undefined;
}

/** @returns its id, and the secret of its driver's page, which is returned only once */
export async function keepRound(
  db: Queryable,
  tenant: string,
  { day, kind, tour, savedKm, linkBy, author }: LinkMaker & NewRound,
): Promise<{ id: string; secret: string }> {
  const id = `${day}-${randomBytes(5).toString('hex')}`;
  const secret = randomBytes(18).toString('base64url');
  await db.query({
    text: KEEP,
    values: [tenant, id, day, sha256(secret), JSON.stringify({ kind, tour, savedKm }), linkBy, textOf(author)],
  });
  return { id, secret };
}

/** Creates a new secret; the previous one becomes invalid. */
export async function renewSecret(
  db: Queryable,
  tenant: string,
  id: string,
  { linkBy, author }: LinkMaker,
): Promise<string> {
  const secret = randomBytes(18).toString('base64url');
  await db.query({ text: RENEW, values: [tenant, id, sha256(secret), linkBy, textOf(author)] });
  return secret;
}

export async function listRounds(db: Queryable, tenant: string, limit: number): Promise<KeptRound[]> {
  const { rows } = await db.query<Row>({ text: LIST, values: [tenant, limit] });
  return rows.map(roundOf);
}

/** Kilometres that the driven rounds of these days saved; undefined: none was driven. */
export async function savedKilometres(
  db: Queryable,
  tenant: string,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<number | undefined> {
  const { rows } = await db.query<{ km: number; n: number }>({ text: SAVED, values: [tenant, from, to] });
  return rows[0] === undefined || rows[0].n === 0 ? undefined : rows[0].km;
}

export async function findRound(db: Queryable, tenant: string, id: string): Promise<KeptRound | undefined> {
  const { rows } = await db.query<Row>({ text: ONE, values: [tenant, id] });
  return rows[0] && roundOf(rows[0]);
}

/** The round of a driver's secret. */
export async function roundOfSecret(
  db: Queryable,
  secret: string,
): Promise<(KeptRound & { readonly tenant: string }) | undefined> {
  const { rows } = await db.query<{ tenant: string; id: string }>({ text: OF_SECRET, values: [sha256(secret)] });
  if (rows[0] === undefined) return undefined;
  const { tenant, id } = rows[0];
  const round = await findRound(db, tenant, id);
  return round && { ...round, tenant };
}

export async function keepActs(db: Queryable, tenant: string, round: string, acts: readonly Act[]): Promise<void> {
  const values = [
    tenant,
    round,
    acts.map(({ stop }) => stop),
    acts.map(({ state }) => state),
    acts.map(({ note }) => note),
    acts.map(({ at }) => at),
  ];
  await db.query({ text: ACT, values });
}

function textOf(author: object | null): string | null {
  return author && JSON.stringify(author);
}

function roundOf({ id, day, created_at: createdAt, document, acts, link_by: linkBy, author }: Row): KeptRound {
  const { kind, tour } = JSON.parse(document) as { kind: string; tour: Tour }; // written by this file
  const grantee = author === null ? null : (JSON.parse(author) as object);
  return { id, day, createdAt, kind, tour, acts: JSON.parse(acts) as Act[], linkBy, author: grantee };
}
