import type { Queryable } from '@alzette/kit/database';
import type { PaymentAccount } from '../contract/contract.ts';

export type PaymentState = 'waiting' | 'paid' | 'refused' | 'cancelled' | 'expired';

/** An attempt to pay. */
export interface KeptPayment {
  readonly tenant: string;
  readonly id: string;
  readonly dossier: string;
  readonly cents: number;
  readonly account: PaymentAccount;
  readonly state: PaymentState;
  readonly operation?: string;
  readonly page?: string;
  readonly begunAt: Date;
}

interface Row {
  readonly tenant: string;
  readonly id: string;
  readonly dossier: string;
  readonly cents: number;
  readonly account: string;
  readonly state: PaymentState;
  readonly operation: string | null;
  readonly page: string | null;
  readonly begun_at: Date;
}

const COLUMNS = 'tenant, id, dossier, cents, account, state, operation, page, begun_at';
const INSERT = `
  INSERT INTO procedures.payment (tenant, id, dossier, cents, account, state, begun_at, ask_at)
  VALUES ($1, $2, $3, $4, $5, 'waiting', $6, $7)
  ON CONFLICT (tenant, dossier) WHERE state = 'waiting' DO NOTHING RETURNING id`;
const NAME = 'UPDATE procedures.payment SET operation = $3, page = $4 WHERE tenant = $1 AND id = $2';
const OF_DOSSIER = `SELECT ${COLUMNS} FROM procedures.payment WHERE tenant = $1 AND dossier = ANY($2) ORDER BY begun_at`;
const BY_ID = `SELECT ${COLUMNS} FROM procedures.payment WHERE tenant = $1 AND id = $2`;
const DUE = `
  SELECT ${COLUMNS} FROM procedures.payment WHERE ask_at <= $1 ORDER BY ask_at LIMIT $2 /* all tenants: the job that asks */`;
const SETTLE = `
  UPDATE procedures.payment SET state = $3, ask_at = $4 WHERE tenant = $1 AND id = $2 AND state <> 'paid' RETURNING id`;
const SAVE_ACCOUNT = `
  INSERT INTO procedures.payment_account (tenant, document) VALUES ($1, $2)
  ON CONFLICT (tenant) DO UPDATE SET document = excluded.document`;
const ACCOUNT = 'SELECT document FROM procedures.payment_account WHERE tenant = $1';

/** @returns false: the dossier has a payment that waits */
export async function insertPayment(
  db: Queryable,
  { tenant, id, dossier, cents, account, begunAt }: Omit<KeptPayment, 'state'>,
  askAt: Date,
): Promise<boolean> {
  const values = [tenant, id, dossier, cents, JSON.stringify(account), begunAt, askAt];
  return (await db.query({ text: INSERT, values })).rows.length > 0;
}

export async function nameOperation(
  db: Queryable,
  { tenant, id }: Pick<KeptPayment, 'tenant' | 'id'>,
  { operation, page }: { readonly operation: string; readonly page: string },
): Promise<void> {
  await db.query({ text: NAME, values: [tenant, id, operation, page] });
}

/** The attempts of each dossier, the oldest first. */
export async function paymentsOf(
  db: Queryable,
  tenant: string,
  dossiers: readonly string[],
): Promise<Map<string, KeptPayment[]>> {
  const { rows } = await db.query<Row>({ text: OF_DOSSIER, values: [tenant, dossiers] });
  return Map.groupBy(rows.map(paymentOf), ({ dossier }) => dossier);
}

export async function findPayment(db: Queryable, tenant: string, id: string): Promise<KeptPayment | undefined> {
  const { rows } = await db.query<Row>({ text: BY_ID, values: [tenant, id] });
  return rows[0] && paymentOf(rows[0]);
}

export async function paymentsToAsk(db: Queryable, now: Date, most: number): Promise<KeptPayment[]> {
  return (await db.query<Row>({ text: DUE, values: [now, most] })).rows.map(paymentOf);
}

/** @returns false: it was paid before */
export async function settlePayment(
  tx: Queryable,
  { tenant, id }: Pick<KeptPayment, 'tenant' | 'id'>,
  state: PaymentState,
  askAt?: Date,
): Promise<boolean> {
  return (await tx.query({ text: SETTLE, values: [tenant, id, state, askAt ?? null] })).rows.length > 0;
}

export async function saveAccount(db: Queryable, tenant: string, account: PaymentAccount): Promise<void> {
  await db.query({ text: SAVE_ACCOUNT, values: [tenant, JSON.stringify(account)] });
}

export async function readAccount(db: Queryable, tenant: string): Promise<PaymentAccount> {
  const { rows } = await db.query<{ document: string }>({ text: ACCOUNT, values: [tenant] });
  return rows[0] === undefined ? { provider: 'none' } : (JSON.parse(rows[0].document) as PaymentAccount); // saved by this file
}

function paymentOf({ operation, page, account, begun_at: begunAt, ...row }: Row): KeptPayment {
  return {
    ...row,
    account: JSON.parse(account) as PaymentAccount,
    begunAt,
    ...(operation !== null && { operation }),
    ...(page !== null && { page }),
  };
}
