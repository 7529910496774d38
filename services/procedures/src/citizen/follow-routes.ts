import { idempotencyKey } from '@alzette/kit/parameters';
import { conflict, missing, refused } from '@alzette/kit/problems';
import { addressLimit } from '@alzette/kit/routes';
import { idOfToken } from '@alzette/kit/sealed-key';
import { answer, type Handlers } from '@alzette/kit/serve';
import { accept, book, bookingOf, cancel, shownBooking } from '../bookings/book.ts';
import { readResources } from '../bookings/booking-rows.ts';
import { calendarOf } from '../bookings/calendar.ts';
import { mayFollow, ofMemberToken, todayIn } from '../companies/acting.ts';
import type { FollowedDossierContract } from '../contract/contract.ts';
import { tryToWrite } from '../dossiers/entity.ts';
import { changeDossier, procedureOf, record } from '../dossiers/record.ts';
import { checkAnswers, FILE_PURPOSE } from '../forms/check-answers.ts';
import { decisionDocument, receiptDocument } from '../letters/letter.ts';
import { pdf } from '../letters/pdf.ts';
import type { ProcedureParts } from '../parts.ts';
import { startPayment } from '../payments/pay.ts';
import { eraseDossier } from '../privacy/erase.ts';
import { claimFiles, FOLLOW_PURPOSE, linkOf, receiptOf } from '../sending/send.ts';
import { keepingVouched } from '../sending/vouched.ts';
import { findDossier, type KeptDossier } from '../stored/dossier-rows.ts';
import { readEvents } from '../stored/event-rows.ts';
import { findSender, type Sender, saveSender } from '../stored/sender-rows.ts';
import { followedDossier } from '../views/shown-dossier.ts';
import { afterWithdrawal, mayRate, urnOf, withParts } from '../workflow/dossier.ts';
import { faultsProblem } from './citizen-routes.ts';

const CHANGES_PER_HOUR = 120;
const HOUR_MS = 3_600_000;

interface ByToken {
  readonly tenant: string;
  readonly ip: string;
  readonly params: { readonly token: string };
}

/** `/citizen/v1/procedures/follow/…`: the sender's own dossier, by its secret link. */
export function followHandlers(parts: ProcedureParts): Handlers<FollowedDossierContract> {
  return { ...readHandlers(parts), ...changeHandlers(parts), ...bookingHandlers(parts), ...ownDataHandlers(parts) };
}

function readHandlers(
  parts: ProcedureParts,
): Handlers<FollowedDossierContract, 'dossier' | 'receipt' | 'decision' | 'calendar'> {
  const { db, secrets, territories } = parts;
  return {
    dossier: (request) => shown(parts, request),
    async receipt(request, reply) {
      const { kept, sender } = await followed(parts, request);
      const { tenant, dossier } = kept;
      const procedure = await procedureOf(db, tenant, dossier);
      const addressed = { ...addressedOf(parts, kept, sender), procedure };
      return pdf(
        parts,
        tenant,
        reply,
        `receipt-${dossier.id}`,
        receiptDocument(addressed, receiptOf(procedure, dossier)),
      );
    },
    async decision(request, reply) {
      const { kept, sender } = await followed(parts, request);
      const { tenant, dossier } = kept;
      const procedure = await procedureOf(db, tenant, dossier);
      const events = await readEvents(db, secrets, tenant, dossier.id);
      const reason = events.findLast(({ act }) => act === 'step')?.text;
      const document = decisionDocument({ ...addressedOf(parts, kept, sender), procedure }, reason);
      if (document === undefined) throw missing('decision of', dossier.id);
      return pdf(parts, tenant, reply, `decision-${dossier.id}`, document);
    },
    async calendar(request, reply) {
      const { kept } = await followed(parts, request);
      const { tenant, dossier } = kept;
      const booking = await bookingOf(db, tenant, dossier.id);
      if (booking === undefined) throw missing('booking of', dossier.id);
      const procedure = await procedureOf(db, tenant, dossier);
      reply.header('content-disposition', `attachment; filename="${dossier.id}.ics"`);
      return calendarOf(shownBooking(booking, await readResources(db, tenant)), {
        version: booking.version,
        title: procedure.title.fr,
        url: linkOf(parts, tenant, dossier.id).link,
        host: new URL(territories.publicUrl(tenant)).hostname,
        now: new Date(),
      });
    },
  };
}

function changeHandlers(
  parts: ProcedureParts,
): Handlers<FollowedDossierContract, 'say' | 'complete' | 'withdraw' | 'rate' | 'pay'> {
  const changes = addressLimit(CHANGES_PER_HOUR);
  return {
    async say(request) {
      changes.take(request.ip);
      const key = idempotencyKey(request);
      if (key === undefined)
        throw refused('Idempotency-Key', key, 'a key for the message that stays the same when it is sent again');
      const { kept, at, sender } = await followed(parts, request);
      const { text, files: tokens = [] } = request.body;
      const files = tokens.map((token) => fileOf(parts, at.tenant, token));
      await changeDossier(parts, at, async (tx, { dossier }) => {
        const n = await record(parts, tx, at, { at: new Date(), by: 'sender', act: 'message', text, files, key });
        if (n === undefined) return { result: undefined };
        await claimFiles(parts, tx, { tenant: at.tenant, id: at.id, files });
        if (files.length > 0)
          await saveSender(tx, parts.secrets, at.tenant, at.id, { ...sender, files: [...sender.files, ...files] });
        return { dossier: { ...dossier, updatedAt: new Date().toISOString() }, result: undefined };
      });
      await tryToWrite(parts, at.tenant, kept.dossier.id);
      return shown(parts, request);
    },
    async complete(request) {
      changes.take(request.ip);
      const { kept, at, sender } = await followed(parts, request);
      if (kept.dossier.missing === undefined) throw conflict('the desk does not ask for parts');
      const { fields } = kept.dossier.missing;
      const stray = Object.keys(request.body.answers).find((id) => fields.length > 0 && !fields.includes(id));
      if (stray !== undefined)
        throw refused(`answers.${stray}`, undefined, `one of the asked fields: ${fields.join(', ')}`);
      const procedure = await procedureOf(parts.db, at.tenant, kept.dossier);
      const now = new Date();
      const given = keepingVouched(sender.answers, { ...sender.answers, ...request.body.answers }, sender.vouched);
      // Days that were right when they were sent stay right.
      const sentAt = new Date(kept.dossier.sentAt);
      const checked = await checkAnswers(parts, at.tenant, procedure, given, { now: sentAt, known: sender.answers });
      if (checked.faults.length > 0) return answer(422, faultsProblem(checked.faults));
      const files = checked.files.filter((file) => !sender.files.includes(file));
      await changeDossier(parts, at, async (tx, { dossier }) => {
        if (dossier.missing === undefined) return { result: undefined };
        await claimFiles(parts, tx, { tenant: at.tenant, id: at.id, files });
        const completed = { ...sender, answers: checked.answers, files: [...sender.files, ...files] };
        await saveSender(tx, parts.secrets, at.tenant, at.id, completed);
        await record(parts, tx, at, { at: now, by: 'sender', act: 'parts', text: request.body.text, files });
        return { dossier: withParts(dossier, now, at.today), result: undefined };
      });
      await tryToWrite(parts, at.tenant, at.id);
      return answer(200, await shown(parts, request));
    },
    async rate(request) {
      changes.take(request.ip);
      const { at } = await followed(parts, request);
      await changeDossier(parts, at, async (_tx, { dossier }, procedure) => {
        if (!mayRate(procedure, dossier)) throw conflict('the dossier is not decided');
        return { dossier: { ...dossier, isSatisfied: request.body.satisfied }, result: undefined };
      });
      return shown(parts, request);
    },
    async pay(request) {
      changes.take(request.ip);
      const { kept, sender } = await followed(parts, request);
      return { page: await startPayment(parts, kept, sender) };
    },
    async withdraw(request) {
      const { at } = await followed(parts, request);
      await changeDossier(parts, at, async (tx, { dossier }, procedure) => {
        if (dossier.closedAt !== undefined) throw conflict('the dossier is closed');
        const now = new Date();
        const booking = await bookingOf(tx, at.tenant, at.id);
        if (booking) await cancel(parts, tx, booking);
        await record(parts, tx, at, { at: now, by: 'sender', act: 'withdraw' });
        return { dossier: afterWithdrawal(procedure, dossier, now), result: undefined };
      });
      await tryToWrite(parts, at.tenant, at.id);
      return shown(parts, request);
    },
  };
}

function bookingHandlers(parts: ProcedureParts): Handlers<FollowedDossierContract, 'rebook' | 'cancelBooking'> {
  const { keyed } = parts;
  const changes = addressLimit(CHANGES_PER_HOUR);
  return {
    async rebook(request) {
      changes.take(request.ip);
      const { at, sender } = await followed(parts, request);
      const { slot } = request.body;
      await changeDossier(parts, at, async (tx, { dossier }) => {
        const booking = await bookingOf(tx, at.tenant, at.id);
        if (booking === undefined || dossier.closedAt !== undefined) throw conflict('the dossier has nothing to book');
        const now = new Date();
        if (booking.slot === slot && booking.state === 'offered') {
          await accept(tx, booking);
        } else {
          if (booking.state !== 'cancelled') {
            await checkNotice(tx, at.tenant, booking, now);
            await cancel(parts, tx, booking);
          }
          const { resource, amount } = booking;
          const email = sender.applicant.email?.trim().toLowerCase();
          const person = email && keyed.hash('email', email);
          await book(
            parts,
            tx,
            { tenant: at.tenant, dossier: at.id, resource, slot, amount, person, waits: false },
            now,
          );
        }
        await record(parts, tx, at, { at: now, by: 'sender', act: 'book' });
        return { dossier: { ...dossier, updatedAt: now.toISOString() }, result: undefined };
      });
      return shown(parts, request);
    },
    async cancelBooking(request) {
      changes.take(request.ip);
      const { at } = await followed(parts, request);
      await changeDossier(parts, at, async (tx) => {
        const booking = await bookingOf(tx, at.tenant, at.id);
        if (booking === undefined) throw missing('booking of', at.id);
        const now = new Date();
        if (booking.state === 'confirmed') await checkNotice(tx, at.tenant, booking, now);
        if (await cancel(parts, tx, booking)) {
          await record(parts, tx, at, { at: now, by: 'sender', act: 'cancelBooking' });
        }
        return { result: undefined };
      });
      return shown(parts, request);
    },
  };
}

/** @throws Problem 409: it is too late to change the booking */
async function checkNotice(
  db: Parameters<typeof readResources>[0],
  tenant: string,
  { resource, from }: { readonly resource: string; readonly from: Date },
  now: Date,
): Promise<void> {
  const { cancelHours = 0 } = (await readResources(db, tenant)).get(resource) ?? {};
  if (from.getTime() - now.getTime() >= cancelHours * HOUR_MS) return;
  throw conflict(`booking: it can be changed until ${cancelHours} hours before; write a message instead`);
}

function ownDataHandlers(parts: ProcedureParts): Handlers<FollowedDossierContract, 'export' | 'erase'> {
  return {
    async export(request, reply) {
      const dossier = await shown(parts, request);
      reply.header('content-disposition', `attachment; filename="dossier-${dossier.id}.json"`);
      return { dossier };
    },
    async erase(request) {
      const { at, kept } = await followed(parts, request);
      const act = {
        actor: 'sender',
        action: 'dossier.erase',
        object: urnOf(kept.dossier.id),
        tenant: at.tenant,
        details: {},
      };
      await parts.audit.during(act, () => eraseDossier(parts, at, 'sender'));
    },
  };
}

/** @throws Problem 404: the token opens nothing, or the sender's data were erased, or they do not act for its company any more */
async function followed(parts: ProcedureParts, { tenant, params: { token } }: ByToken) {
  const { db, secrets, keyed } = parts;
  const own = ofMemberToken(parts, tenant, token);
  const id = own?.dossier ?? idOfToken(keyed, FOLLOW_PURPOSE, tenant, token);
  const kept = id === undefined ? undefined : await findDossier(db, tenant, id);
  const sender = kept && (await findSender(db, secrets, tenant, kept.dossier.id));
  if (kept === undefined || sender === undefined || !(await mayFollow(parts, tenant, sender, own?.member))) {
    throw missing('dossier of this link', token);
  }
  return { kept, sender, at: { tenant, id: kept.dossier.id, today: todayIn(parts, tenant) } };
}

async function shown(parts: ProcedureParts, request: ByToken) {
  const { kept, sender } = await followed(parts, request);
  return followedDossier(parts, kept, sender);
}

function addressedOf(
  { territories }: ProcedureParts,
  { tenant, dossier }: KeptDossier,
  { language, applicant }: Sender,
) {
  return { dossier, language, territory: territories.of(tenant), name: applicant.name };
}

/** @throws Problem 400 */
function fileOf({ keyed }: ProcedureParts, tenant: string, token: string): string {
  const id = idOfToken(keyed, FILE_PURPOSE, tenant, token);
  if (id === undefined) throw refused('files', token, 'the token of an uploaded file');
  return id;
}
