import type { Queryable } from '@alzette/kit/database';
import { missing } from '@alzette/kit/problems';
import { addDays } from '../clock/deadline.ts';
import type { Event, Procedure } from '../contract/contract.ts';
import type { StateKind } from '../contract/procedure.ts';
import type { ProcedureParts } from '../parts.ts';
import { type KeptDossier, lockDossier, type Searched, saveDossier } from '../stored/dossier-rows.ts';
import { appendEvent } from '../stored/event-rows.ts';
import { findVersion } from '../stored/version-rows.ts';
import { clockOf, type Dossier, stageOf } from '../workflow/dossier.ts';

/** Of which the sender hears nothing. */
const QUIET = new Set<Event['act']>(['note', 'assign', 'effect']);
/** Which the sender does, and sees the answer of. */
const OWN = new Set<Event['act']>(['message', 'parts', 'withdraw', 'cancelBooking', 'book']);

type RecordParts = Pick<ProcedureParts, 'secrets' | 'tell'>;

/** Appends an event, and tells the sender of it unless they did it. @returns its number; undefined: its key was used before */
export async function record(
  { secrets, tell }: RecordParts,
  tx: Queryable,
  { tenant, id }: { readonly tenant: string; readonly id: string },
  event: Parameters<typeof appendEvent>[4],
): Promise<number | undefined> {
  const n = await appendEvent(tx, secrets, tenant, id, event);
  const isTold = !QUIET.has(event.act) && !(event.by === 'sender' && OWN.has(event.act));
  if (n !== undefined && isTold)
    await tell.enqueue({ tenant, dossier: id, event: n }, { tx, key: `${tenant}/${id}/${n}` });
  return n;
}

/** What is copied from a dossier for searches: in it, the personal data of a closed one have the time that the procedure gives them. */
export function searchedOf(
  procedure: Procedure,
  dossier: Dossier,
  today: string,
): Searched & { readonly kind: StateKind } {
  const { kind } = stageOf(procedure, dossier);
  const isClosed = dossier.closedAt !== undefined;
  const { dueAt, isSuspended } = clockOf(procedure, dossier, today);
  return {
    kind: isClosed && kind === 'open' ? 'closed' : kind,
    isDecidedBySilence: ['acceptance', 'refusal'].includes(procedure.deadline.silence),
    ...(dueAt !== undefined && !isSuspended && !isClosed && { dueOn: dueAt }),
    ...(dossier.closedAt !== undefined &&
      !dossier.isErased && { forgetAt: forgetOn(procedure, dossier.closedAt, today) }),
  };
}

/** The next day on which personal data are to be erased: of a field, or of the whole dossier. */
function forgetOn({ form, privacy }: Procedure, closedAt: string, today: string): string {
  const closedOn = closedAt.slice(0, 10);
  const last = addDays(closedOn, privacy.keepDays);
  const days = form.sections.flatMap(({ fields }) => fields.flatMap(({ personal }) => personal?.keepDays ?? []));
  const earlier = days.map((each) => addDays(closedOn, each)).filter((day) => day > today);
  return [last, ...earlier].sort()[0] ?? last;
}

/** The version of its procedure that a dossier keeps. */
export async function procedureOf(
  db: Queryable,
  tenant: string,
  { procedure, procedureVersion }: Dossier,
): Promise<Procedure> {
  const version = await findVersion(db, tenant, procedure, procedureVersion);
  if (version === undefined) throw new Error(`there is no version ${procedureVersion} of ${procedure}`);
  return version.document;
}

/** Changes a dossier in a transaction that locks it. @param change undefined: nothing changes */
export async function changeDossier<T>(
  parts: Pick<ProcedureParts, 'db'>,
  { tenant, id, today }: { readonly tenant: string; readonly id: string; readonly today: string },
  change: (
    tx: Queryable,
    kept: KeptDossier,
    procedure: Procedure,
  ) => Promise<{ readonly dossier?: Dossier | undefined; readonly result: T }>,
): Promise<T> {
  return parts.db.transaction(async (tx) => {
    const kept = await lockDossier(tx, tenant, id);
    if (kept === undefined) throw missing('dossier', id);
    const procedure = await procedureOf(tx, tenant, kept.dossier);
    const { dossier, result } = await change(tx, kept, procedure);
    if (dossier !== undefined) await saveDossier(tx, tenant, dossier, searchedOf(procedure, dossier, today));
    return result;
  });
}
