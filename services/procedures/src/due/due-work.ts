import { doAndMark } from '@alzette/kit/due-work';
import { cancelIfRefused } from '../bookings/book.ts';
import { bookingsToRemind, reminded } from '../bookings/booking-rows.ts';
import { addDays, localDay } from '../clock/deadline.ts';
import { tryToWrite } from '../dossiers/entity.ts';
import { changeDossier, record } from '../dossiers/record.ts';
import type { ProcedureParts } from '../parts.ts';
import { dossiersDue } from '../stored/dossier-rows.ts';
import { afterSilence, clockOf, stageOf } from '../workflow/dossier.ts';

/** Decides what silence decides, on the local day. @returns how many dossiers */
export async function decideBySilence(parts: ProcedureParts, most: number, now = new Date()): Promise<number> {
  // East of Greenwich it may be tomorrow already: each is judged by its own territory below.
  const due = await dossiersDue(parts.db, addDays(now.toISOString().slice(0, 10), 1), most);
  let decided = 0;
  for (const { tenant, dossier: found } of due) {
    const at = { tenant, id: found.id, today: localDay(now, parts.territories.of(tenant).timeZone) };
    const isDecided = await changeDossier(parts, at, async (tx, { dossier }, procedure) => {
      const { dueAt, isSuspended } = clockOf(procedure, dossier, at.today);
      if (dossier.closedAt !== undefined || isSuspended || dueAt === undefined || dueAt > at.today)
        return { result: false };
      const after = afterSilence(procedure, dossier, now);
      if (after === undefined) return { result: false };
      await record(parts, tx, at, { at: now, by: 'product', act: 'silence', state: after.stage });
      await cancelIfRefused(parts, tx, at, stageOf(procedure, after).kind, now);
      return { dossier: after, result: true };
    });
    if (!isDecided) continue;
    decided += 1;
    await tryToWrite(parts, tenant, found.id);
  }
  return decided;
}

/** Reminds of bookings, each once. @returns how many */
export async function remindOfBookings(parts: ProcedureParts, now = new Date()): Promise<number> {
  const due = await bookingsToRemind(parts.db);
  for (const booking of due) {
    const { tenant, dossier, state } = booking;
    await doAndMark(parts.db, reminded(booking), async (tx) => {
      if (state !== 'confirmed') return;
      await record(parts, tx, { tenant, id: dossier }, { at: now, by: 'product', act: 'book', state: 'reminder' });
    });
  }
  return due.length;
}
