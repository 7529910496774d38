import { randomUUID } from 'node:crypto';
import { conflict, missing, Problem } from '@alzette/kit/problems';
import { tokenOf } from '@alzette/kit/sealed-key';
import { localDay } from '../clock/deadline.ts';
import { tryToWrite } from '../dossiers/entity.ts';
import { changeDossier, procedureOf, record } from '../dossiers/record.ts';
import type { ProcedureParts } from '../parts.ts';
import { linkOf } from '../sending/send.ts';
import { findDossier, type KeptDossier } from '../stored/dossier-rows.ts';
import {
  insertPayment,
  type KeptPayment,
  nameOperation,
  paymentsOf,
  paymentsToAsk,
  readAccount,
  settlePayment,
} from '../stored/payment-rows.ts';
import type { Sender } from '../stored/sender-rows.ts';
import { dueOf } from '../workflow/due.ts';
import { askPayment, beginPayment, type PaymentResult } from './payfip.ts';

/** The purpose of the addresses of notices. */
export const NOTICE_PURPOSE = 'payment';
/** PayFiP opens the page of a payment for 15 minutes; its payer may need some more to end it. */
const PAGE_MS = 14 * 60_000;
export const OPEN_MS = 20 * 60_000;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** PayFiP forgets by the next night what nobody paid; what was paid it still tells for a year. */
const LAST_MS = 7 * DAY_MS;
const AT_ONCE = 50;

/**
 * Begins the payment of a dossier. While one is open its page is returned, so that nobody pays twice.
 *
 * @returns the page on which it is paid. @throws Problem 409: nothing is due, it was paid, or a payment is under way
 */
export async function startPayment(
  parts: ProcedureParts,
  { tenant, dossier }: KeptDossier,
  sender: Sender,
  now = new Date(),
): Promise<string> {
  const { db } = parts;
  const procedure = await procedureOf(db, tenant, dossier);
  const due = dueOf(procedure, dossier, sender.answers);
  if (dossier.closedAt !== undefined || due === undefined) throw conflict('nothing is to be paid in this state');
  if (due.isPaid) throw conflict(`it was paid on ${dossier.paid?.at}`);
  const account = await readAccount(db, tenant);
  if (account.provider === 'none') throw conflict('payments are made at the counter');
  const { email } = sender.applicant;
  if (email === undefined) throw conflict('a payment needs the e-mail address of the sender');
  const before = (await paymentsOf(db, tenant, [dossier.id])).get(dossier.id) ?? [];
  const open = before.find(({ state }) => state === 'waiting');
  if (open !== undefined) {
    if (open.page !== undefined && now.getTime() - open.begunAt.getTime() < PAGE_MS) return open.page;
    if ((await lookAtPayment(parts, open, now)) === 'waiting') {
      throw conflict('a payment is under way: look again in some minutes');
    }
    return startPayment(parts, await reread(parts, tenant, dossier.id), sender, now);
  }
  const id = randomUUID();
  const payment = { tenant, id, dossier: dossier.id, cents: due.cents, account, begunAt: now };
  if (!(await insertPayment(db, payment, new Date(now.getTime() + MINUTE_MS)))) {
    throw conflict('a payment is under way: look again in some minutes');
  }
  const publicUrl = parts.territories.publicUrl(tenant);
  const started = await beginPayment(parts, account, {
    reference: referenceOf(dossier.id, before.length),
    about: `${procedure.title.fr} ${dossier.id}`,
    cents: due.cents,
    email,
    year: localDay(now, parts.territories.of(tenant).timeZone).slice(0, 4),
    noticeUrl: `${publicUrl}/citizen/v1/procedures/payments/${tokenOf(parts.keyed, NOTICE_PURPOSE, tenant, id)}`,
    returnUrl: linkOf(parts, tenant, dossier.id).link,
  }).catch(async (error: unknown) => {
    // It may have been accepted although its answer was lost: the next attempt needs another reference.
    await settlePayment(db, payment, 'expired');
    parts.logger.warn({ err: error, dossier: dossier.id }, 'the payment service began no payment');
    throw new Problem(503, 'The payment service does not answer', 'Try again later, or pay at the counter');
  });
  await nameOperation(db, payment, started);
  return started.page;
}

/** Asks for the result of one payment, and settles what it means. @returns its state after it */
export async function lookAtPayment(
  parts: ProcedureParts,
  payment: KeptPayment,
  now = new Date(),
): Promise<KeptPayment['state']> {
  const { db, logger } = parts;
  const { operation, account } = payment;
  if (payment.state === 'paid') return 'paid';
  const age = now.getTime() - payment.begunAt.getTime();
  if (operation === undefined && age < MINUTE_MS) return 'waiting'; // it is being begun
  if (operation === undefined || account.provider === 'none') {
    // The process ended before the payment service answered: nobody has seen its page.
    await settlePayment(db, payment, 'expired');
    return 'expired';
  }
  let result: PaymentResult;
  try {
    result = await askPayment(parts, account, operation);
  } catch (error) {
    logger.warn({ err: error, dossier: payment.dossier }, 'the payment service told no result; will ask again');
    result = { state: 'pending' };
  }
  if (result.state === 'paid') return settlePaid(parts, payment, result, now);
  // A payer may still try again on the page of a cancelled payment.
  const isOpen = age < OPEN_MS && (result.state === 'pending' || result.state === 'cancelled');
  const state = isOpen
    ? 'waiting'
    : result.state === 'pending' || result.state === 'unknown'
      ? 'expired'
      : result.state;
  const isOver = result.state === 'unknown' || age > LAST_MS || state === 'refused' || state === 'cancelled';
  await settlePayment(db, payment, state, isOver ? undefined : new Date(now.getTime() + nextAfter(age)));
  return state;
}

/** Asks for the results that are due. @returns how many */
export async function lookAtPayments(parts: ProcedureParts, now = new Date()): Promise<number> {
  const due = await paymentsToAsk(parts.db, now, AT_ONCE);
  for (const payment of due) await lookAtPayment(parts, payment, now);
  return due.length;
}

async function settlePaid(
  parts: ProcedureParts,
  payment: KeptPayment,
  { cents, number, reference }: PaymentResult & { readonly state: 'paid' },
  now: Date,
): Promise<KeptPayment['state']> {
  const { tenant, dossier: id } = payment;
  if (cents !== payment.cents || !reference.startsWith(id)) {
    parts.logger.error({ dossier: id, cents, reference }, 'the payment service told of another payment');
    await settlePayment(parts.db, payment, 'refused');
    return 'refused';
  }
  const at = { tenant, id, today: localDay(now, parts.territories.of(tenant).timeZone) };
  await changeDossier(parts, at, async (tx, { dossier }) => {
    if (!(await settlePayment(tx, payment, 'paid'))) return { result: undefined };
    const text = number === '' ? reference : number;
    await record(parts, tx, at, { at: now, by: 'product', act: 'pay', text });
    const paid = {
      at: now.toISOString(),
      cents: (dossier.paid?.cents ?? 0) + cents,
      by: 'online',
      number: text,
    } as const;
    return { dossier: { ...dossier, paid, updatedAt: paid.at }, result: undefined };
  });
  await tryToWrite(parts, tenant, id);
  return 'paid';
}

async function reread({ db }: ProcedureParts, tenant: string, id: string): Promise<KeptDossier> {
  const kept = await findDossier(db, tenant, id);
  if (kept === undefined) throw missing('dossier', id);
  return kept;
}

/** Another for each attempt: PayFiP takes each once. */
function referenceOf(dossier: string, attempt: number): string {
  return `${dossier}P${attempt + 1}`;
}

/** After 1, 5 and 20 minutes, then each hour, and each day from the second on. */
function nextAfter(age: number): number {
  const early = [MINUTE_MS, 5 * MINUTE_MS, OPEN_MS].find((at) => at > age);
  if (early !== undefined) return early - age;
  return age < DAY_MS ? HOUR_MS : DAY_MS;
}
