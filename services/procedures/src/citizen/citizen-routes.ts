import { LANGUAGES } from '@alzette/kit/languages';
import { idempotencyKey } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { addressLimit } from '@alzette/kit/routes';
import { tokenOf } from '@alzette/kit/sealed-key';
import { answer, type Handlers } from '@alzette/kit/serve';
import type { FastifyInstance } from 'fastify';
import { nextFree, SlotTaken, shownBooking, shownSlots } from '../bookings/book.ts';
import { bookingsOf, readResources } from '../bookings/booking-rows.ts';
import { addDays, daysBetween, localDay } from '../clock/deadline.ts';
import {
  type CitizenProcedureContract,
  MAX_FILE_BYTES,
  type Procedure,
  type PublicProcedure,
} from '../contract/contract.ts';
import { checkAnswers, FILE_PURPOSE } from '../forms/check-answers.ts';
import { compileForm } from '../forms/compile-form.ts';
import type { ProcedureParts } from '../parts.ts';
import { FILE_OWNER, linkOf, receiptOf, type Submission, submit } from '../sending/send.ts';
import { LAST_PAGES } from '../statistics/figures.ts';
import { countReached } from '../stored/statistic-rows.ts';
import { findPublished, type KeptVersion, readPublished } from '../stored/version-rows.ts';

const SENDS_PER_HOUR = 60;
const FILES_PER_HOUR = 300;
const CHECKS_PER_HOUR = 1200;
const MOST_DAYS = 92;

/** Reads uploads as bytes. */
export function takeFiles(scope: FastifyInstance): void {
  const types = /^(?:image\/[\w.+-]+|application\/(?:octet-stream|pdf))/;
  scope.addContentTypeParser(types, { parseAs: 'buffer', bodyLimit: MAX_FILE_BYTES }, (_request, body, done) =>
    done(null, body),
  );
}

/** `/citizen/v1/procedures`: what can be begun, and sent without an account. */
export function citizenHandlers(parts: ProcedureParts): Handlers<CitizenProcedureContract> {
  return { ...shownHandlers(parts), ...sendingHandlers(parts) };
}

function shownHandlers(
  parts: ProcedureParts,
): Handlers<CitizenProcedureContract, 'list' | 'one' | 'check' | 'slots' | 'reached'> {
  const { db, territories } = parts;
  const checks = addressLimit(CHECKS_PER_HOUR);
  const pages = addressLimit(CHECKS_PER_HOUR);
  return {
    list: async ({ tenant }) => ({ procedures: (await readPublished(db, tenant)).map(publicProcedure) }),
    async one({ tenant, params: { id } }) {
      const version = await publishedOf(parts, tenant, id);
      const { contact, service, deadline, appeal, privacy, next, form } = version.document;
      return {
        ...publicProcedure(version),
        contact,
        service,
        deadline,
        ...(appeal && { appeal }),
        privacy,
        ...(next && { next }),
        languages: languagesOf(version.document),
        form: compileForm(form),
      };
    },
    async check({ tenant, ip, params: { id }, body }) {
      checks.take(ip);
      const { document } = await publishedOf(parts, tenant, id);
      const { faults, answers } = await checkAnswers(parts, tenant, document, body.answers, { now: new Date() });
      return { faults: [...faults], answers };
    },
    async reached({ tenant, ip, params: { id }, body: { page } }) {
      pages.take(ip);
      const { document } = await publishedOf(parts, tenant, id);
      const known = [...document.form.sections.map((section) => section.id), ...LAST_PAGES];
      if (!known.includes(page)) throw refused('page', page, `one of ${known.join(', ')}`);
      await countReached(db, tenant, {
        procedure: id,
        page,
        day: localDay(new Date(), territories.of(tenant).timeZone),
      });
    },
    async slots({ tenant, params: { resource: id }, query }) {
      const resource = (await readResources(db, tenant)).get(id);
      if (resource === undefined) throw missing('resource', id);
      const now = new Date();
      const from = query.from ?? localDay(now, territories.of(tenant).timeZone);
      const to = query.to ?? addDays(from, MOST_DAYS);
      if (daysBetween(from, to) > MOST_DAYS) throw refused('to', to, `at most ${MOST_DAYS} days after ${from}`);
      // A day more on both sides, because days are local.
      const times = {
        from: new Date(`${addDays(from, -1)}T00:00:00Z`),
        to: new Date(`${addDays(to, 1)}T23:59:59Z`),
        now,
      };
      const slots = await shownSlots(parts, tenant, id, resource, times);
      const isWithin = (at: string) => {
        const day = localDay(new Date(at), territories.of(tenant).timeZone);
        return from <= day && day <= to;
      };
      const { name, unit, waitingPlaces } = resource;
      return {
        resource: { id, name, unit, hasWaitingList: waitingPlaces > 0 },
        slots: slots.filter((slot) => isWithin(slot.from) && slot.free >= (query.amount ?? 0)),
      };
    },
  };
}

function sendingHandlers(parts: ProcedureParts): Handlers<CitizenProcedureContract, 'addFile' | 'send'> {
  const { files, keyed } = parts;
  const uploads = addressLimit(FILES_PER_HOUR);
  const send = sendHandler(parts);
  return {
    async addFile(request) {
      const { tenant, body, ip } = request;
      if (!Buffer.isBuffer(body)) throw refused('file', undefined, 'the bytes of an image or a PDF as the body');
      uploads.take(ip);
      const key = idempotencyKey(request);
      const { id } = await files.put(tenant, body, { owner: { kind: FILE_OWNER }, visibility: 'private', key });
      return { id, token: tokenOf(keyed, FILE_PURPOSE, tenant, id) };
    },
    send: (request) => send(request),
  };
}

type Send = Extract<Handlers<CitizenProcedureContract>['send'], (...given: never[]) => unknown>;

/** Sends a request, with or without somebody who is signed in. */
export function sendHandler(parts: ProcedureParts) {
  const { db } = parts;
  const sends = addressLimit(SENDS_PER_HOUR);
  return async (request: Parameters<Send>[0], by: Submission['by'] = {}) => {
    const { tenant, ip, params, body } = request;
    const key = idempotencyKey(request);
    if (key === undefined) {
      throw refused('Idempotency-Key', key, 'a key for the request that stays the same when it is sent again');
    }
    sends.take(ip);
    try {
      const sent = await submit(parts, { tenant, procedure: params.id, given: body, key, by });
      if ('faults' in sent) return answer(422, faultsProblem(sent.faults));
      const { dossier, procedure, isNew } = sent;
      const booking = (await bookingsOf(db, tenant, [dossier.id])).get(dossier.id);
      return answer(isNew ? 201 : 200, {
        id: dossier.id,
        ...linkOf(parts, tenant, dossier.id),
        receipt: receiptOf(procedure, dossier),
        ...(booking && { booking: shownBooking(booking, await readResources(db, tenant)) }),
      });
    } catch (error) {
      if (!(error instanceof SlotTaken)) throw error;
      const next = await nextFree(parts, error.wish);
      const title = 'Conflict with existing data';
      return answer(409, { type: 'about:blank', title, status: 409, detail: error.message, ...(next && { next }) });
    }
  };
}

/** The answer to answers that are not right. */
export function faultsProblem<F>(faults: readonly F[]) {
  return {
    type: 'about:blank',
    title: 'The answers are not complete',
    status: 422,
    detail: `answers: ${faults.length} are missing or wrong; see faults`,
    faults: [...faults],
  };
}

async function publishedOf({ db }: ProcedureParts, tenant: string, id: string): Promise<KeptVersion> {
  const version = await findPublished(db, tenant, id);
  if (version === undefined) throw missing('procedure', id);
  return version;
}

function publicProcedure({ id, version, document }: KeptVersion): PublicProcedure {
  const { title, summary, easyText, topic, icon, audience } = document;
  return {
    id,
    version,
    title,
    summary,
    ...(easyText && { easyText }),
    topic,
    ...(icon !== undefined && { icon }),
    audience,
  };
}

/** The languages in which all labels of the form are. */
function languagesOf({ title, form }: Procedure) {
  const texts = [
    title,
    ...form.sections.flatMap(({ title: heading, fields }) => [
      heading,
      ...fields.flatMap((field) => [field.label, ...(field.options ?? []).map(({ label }) => label)]),
    ]),
  ];
  return LANGUAGES.filter((language) => texts.every((text) => text[language] !== undefined));
}
