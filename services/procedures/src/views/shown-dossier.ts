import type { Caller } from '@alzette/kit/access';
import { shownBooking } from '../bookings/book.ts';
import { bookingsOf, readResources } from '../bookings/booking-rows.ts';
import { localDay } from '../clock/deadline.ts';
import type {
  Answers,
  DeskDossier,
  DossierLine,
  DossierPayment,
  Event,
  FollowedDossier,
  Procedure,
} from '../contract/contract.ts';
import { hasFunction, mayDo } from '../dossiers/case-objects.ts';
import { procedureOf } from '../dossiers/record.ts';
import type { ProcedureParts } from '../parts.ts';
import type { KeptDossier } from '../stored/dossier-rows.ts';
import { readEvents } from '../stored/event-rows.ts';
import { paymentsOf, readAccount } from '../stored/payment-rows.ts';
import { findSender, type Sender } from '../stored/sender-rows.ts';
import { clockOf, type Dossier, mayRate, stageOf } from '../workflow/dossier.ts';
import { dueOf, lacksPayment } from '../workflow/due.ts';

/** Which events the sender sees. */
const SHOWN_TO_SENDER = new Set<Event['act']>([
  'send',
  'message',
  'askParts',
  'parts',
  'step',
  'silence',
  'withdraw',
  'book',
  'cancelBooking',
  'pay',
]);

/** What both see of a dossier. @param missingText the words with which parts were asked for */
export function commonOf(procedure: Procedure, dossier: Dossier, today: string, missingText: string) {
  const { id, stage: _stage, commune, sentAt, updatedAt, closedAt, missing } = dossier;
  const { name, kind, id: stage } = stageOf(procedure, dossier);
  return {
    id,
    procedure: dossier.procedure,
    version: dossier.procedureVersion,
    title: procedure.title,
    state: { id: stage, name, kind: closedAt !== undefined && kind === 'open' ? ('closed' as const) : kind },
    clock: clockOf(procedure, dossier, today),
    ...(commune !== undefined && { commune }),
    sentAt,
    updatedAt,
    ...(closedAt !== undefined && { closedAt }),
    ...(missing && { missing: { ...missing, fields: [...missing.fields], text: missingText } }),
    hasDecision: dossier.decision !== undefined,
  };
}

function missingTextOf(events: readonly Event[]): string {
  return events.findLast(({ act }) => act === 'askParts')?.text ?? '–';
}

/** A dossier as its sender sees it. */
export async function followedDossier(
  parts: ProcedureParts,
  kept: KeptDossier,
  sender: Sender,
): Promise<FollowedDossier> {
  const { db, secrets, territories } = parts;
  const { tenant, dossier } = kept;
  const procedure = await procedureOf(db, tenant, dossier);
  const events = await readEvents(db, secrets, tenant, dossier.id);
  const today = localDay(new Date(), territories.of(tenant).timeZone);
  const booking = (await bookingsOf(db, tenant, [dossier.id])).get(dossier.id);
  const { applicant, answers, language } = sender;
  const payment = await shownPayment(parts, kept, procedure, answers);
  return {
    ...commonOf(procedure, dossier, today, missingTextOf(events)),
    ...(payment && { payment }),
    ...(booking && { booking: shownBooking(booking, await readResources(db, tenant)) }),
    language,
    applicant,
    answers,
    ...(sender.vouched && { vouched: sender.vouched }),
    events: events.filter(({ act }) => SHOWN_TO_SENDER.has(act)).map(({ who: _who, ...event }) => event),
    mayWithdraw: dossier.closedAt === undefined,
    mayRate: mayRate(procedure, dossier),
    ...(dossier.isSatisfied !== undefined && { isSatisfied: dossier.isSatisfied }),
  };
}

/** What is to be paid, or was. Undefined: nothing. */
async function shownPayment(
  { db }: ProcedureParts,
  { tenant, dossier }: KeptDossier,
  procedure: Procedure,
  answers: Answers,
): Promise<DossierPayment | undefined> {
  const due = dueOf(procedure, dossier, answers);
  if (due === undefined || procedure.payment === undefined) return undefined;
  const { paid } = dossier;
  const isWaiting = ((await paymentsOf(db, tenant, [dossier.id])).get(dossier.id) ?? []).some(
    ({ state }) => state === 'waiting',
  );
  return {
    name: procedure.payment.name,
    cents: due.cents,
    state: due.isPaid ? 'paid' : isWaiting ? 'started' : 'due',
    isOnline: (await readAccount(db, tenant)).provider !== 'none',
    ...(paid && { paidAt: paid.at, number: paid.number }),
  };
}

/** Lines of the desk's list. */
export async function dossierLines(
  parts: ProcedureParts,
  tenant: string,
  kept: readonly KeptDossier[],
): Promise<DossierLine[]> {
  const { db, territories } = parts;
  const today = localDay(new Date(), territories.of(tenant).timeZone);
  const bookings = await bookingsOf(
    db,
    tenant,
    kept.map(({ dossier }) => dossier.id),
  );
  const resources = await readResources(db, tenant);
  const procedures = new Map<string, Procedure>();
  const lines: DossierLine[] = [];
  for (const { dossier } of kept) {
    const key = `${dossier.procedure} ${dossier.procedureVersion}`;
    const procedure = procedures.get(key) ?? (await procedureOf(db, tenant, dossier));
    procedures.set(key, procedure);
    const common = commonOf(procedure, dossier, today, '–');
    const booking = bookings.get(dossier.id);
    lines.push({
      ...common,
      ...(booking && { booking: shownBooking(booking, resources) }),
      isLate: !common.clock.isSuspended && common.clock.dueAt !== undefined && common.clock.dueAt < today,
      ...(dossier.assignee !== undefined && { assignee: dossier.assignee }),
    });
  }
  return lines;
}

/** A dossier as a member of the desk sees it: without the answers that are for other functions. */
export async function deskDossier(parts: ProcedureParts, kept: KeptDossier, caller: Caller): Promise<DeskDossier> {
  const { db, secrets } = parts;
  const { tenant, dossier } = kept;
  const procedure = await procedureOf(db, tenant, dossier);
  const [line] = await dossierLines(parts, tenant, [kept]);
  if (line === undefined) throw new Error(`dossier ${dossier.id} has no line`);
  const sender = await findSender(db, secrets, tenant, dossier.id);
  const events = await readEvents(db, secrets, tenant, dossier.id);
  const hidden = hiddenFields(procedure, caller);
  const isOpen = dossier.closedAt === undefined;
  const payment = await shownPayment(parts, kept, procedure, sender?.answers ?? {});
  return {
    ...line,
    ...(payment && { payment }),
    ...(line.missing && { missing: { ...line.missing, text: missingTextOf(events) } }),
    language: sender?.language ?? 'fr',
    isErased: sender === undefined,
    ...(sender && { applicant: sender.applicant }),
    ...(sender?.vouched && { vouched: sender.vouched }),
    answers: sender ? without(sender.answers, hidden) : {},
    hidden,
    events,
    effects: dossier.effects.map(({ does, entity, at }) => ({ does, entity, at })),
    actions: (isOpen ? stageOf(procedure, dossier).actions : [])
      .filter((action) => mayDo(procedure, action, caller))
      .map(({ id, name, to, needsReason = false, needsPayment, letter }) => ({
        id,
        name,
        to,
        needsReason,
        hasLetter: letter !== undefined,
        waitsForPayment: needsPayment === true && lacksPayment(procedure, dossier, sender?.answers ?? {}),
      })),
  };
}

/** The fields that are for functions which the caller does not have. */
export function hiddenFields(procedure: Procedure, caller: Caller): string[] {
  const fields = procedure.form.sections.flatMap((section) => section.fields);
  return fields
    .filter(
      ({ personal }) =>
        personal?.seenBy !== undefined && !personal.seenBy.some((id) => hasFunction(procedure, id, caller)),
    )
    .map(({ id }) => id);
}

function without(answers: Answers, hidden: readonly string[]): Answers {
  return Object.fromEntries(Object.entries(answers).filter(([id]) => !hidden.includes(id)));
}
