import { bookingOf, cancel } from '../bookings/book.ts';
import { forgetPerson } from '../bookings/booking-rows.ts';
import { addDays, localDay } from '../clock/deadline.ts';
import type { Procedure } from '../contract/contract.ts';
import { tryToWrite } from '../dossiers/entity.ts';
import { changeDossier, procedureOf, record } from '../dossiers/record.ts';
import type { ProcedureParts } from '../parts.ts';
import { FILE_OWNER } from '../sending/send.ts';
import { dossiersToForget, type KeptDossier } from '../stored/dossier-rows.ts';
import { eraseEvents } from '../stored/event-rows.ts';
import { eraseSender, findSender, saveSender } from '../stored/sender-rows.ts';
import { afterWithdrawal, urnOf } from '../workflow/dossier.ts';

interface Which {
  readonly tenant: string;
  readonly id: string;
  readonly today: string;
}

/**
 * Erases the sender's data: contact, answers, messages and files. The dossier and its outcome stay, without them. An open
 * request is withdrawn. Repeated calls have no further effect.
 */
export async function eraseDossier(parts: ProcedureParts, which: Which, actor: string): Promise<void> {
  const { db, secrets, files, audit } = parts;
  const { tenant, id } = which;
  const sender = await findSender(db, secrets, tenant, id);
  // Before the dossier forgets them: if the process is killed meanwhile, they are found when it is erased again.
  if (sender && sender.files.length > 0) await files.remove(tenant, sender.files, { kind: FILE_OWNER, id });
  await changeDossier(parts, which, async (tx, { dossier }, procedure) => {
    const now = new Date();
    const booking = await bookingOf(tx, tenant, id);
    if (booking && dossier.closedAt === undefined) await cancel(parts, tx, booking);
    const closed = dossier.closedAt === undefined ? afterWithdrawal(procedure, dossier, now) : dossier;
    if (closed !== dossier) await record(parts, tx, which, { at: now, by: 'sender', act: 'withdraw' });
    await forgetPerson(tx, tenant, id);
    await eraseEvents(tx, tenant, id);
    await eraseSender(tx, tenant, id);
    const { assignee: _assignee, ...kept } = closed;
    return { dossier: { ...kept, isErased: true }, result: undefined };
  });
  await tryToWrite(parts, tenant, id);
  await audit.append({ actor, action: 'dossier.erased', object: urnOf(id), tenant, outcome: 'done', details: {} });
}

/** Runs daily: erases what the procedures say that it has been kept long enough. @returns how many dossiers */
export async function forgetOld(parts: ProcedureParts, most: number, now = new Date()): Promise<number> {
  const old = await dossiersToForget(parts.db, most);
  for (const kept of old) {
    const { tenant, dossier } = kept;
    const today = localDay(now, parts.territories.of(tenant).timeZone);
    const procedure = await procedureOf(parts.db, tenant, dossier);
    const which = { tenant, id: dossier.id, today };
    if (today >= lastDay(kept, procedure.privacy.keepDays)) await eraseDossier(parts, which, 'product');
    else await forgetFields(parts, which, procedure, kept);
  }
  return old.length;
}

/** Erases the answers to fields that are kept for a shorter time than the dossier. */
async function forgetFields(
  parts: ProcedureParts,
  which: Which,
  { form }: Procedure,
  kept: KeptDossier,
): Promise<void> {
  const { tenant, id, today } = which;
  const ended = form.sections
    .flatMap(({ fields }) => fields)
    .filter(({ personal }) => personal?.keepDays !== undefined && today >= lastDay(kept, personal.keepDays));
  const before = await findSender(parts.db, parts.secrets, tenant, id);
  const files = ended
    .filter(({ kind }) => kind === 'file')
    .flatMap((field) => (before?.answers[field.id] ?? []) as string[]);
  const ids = files.map((token) => token.split('.')[0] ?? '');
  if (ids.length > 0) await parts.files.remove(tenant, ids, { kind: FILE_OWNER, id });
  await changeDossier(parts, which, async (tx, { dossier }) => {
    const sender = await findSender(tx, parts.secrets, tenant, id);
    if (sender !== undefined) {
      const gone = new Set(ended.map((field) => field.id));
      const answers = Object.fromEntries(Object.entries(sender.answers).filter(([field]) => !gone.has(field)));
      await saveSender(tx, parts.secrets, tenant, id, { ...sender, answers });
    }
    return { dossier, result: undefined };
  });
}

function lastDay({ dossier: { closedAt = '' } }: KeptDossier, days: number): string {
  return addDays(closedAt.slice(0, 10), days);
}
