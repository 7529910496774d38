import { Problem } from '@alzette/kit/problems';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import { shownSlots } from '../../../../services/procedures/src/bookings/book.ts';
import { readResources } from '../../../../services/procedures/src/bookings/booking-rows.ts';
import { CONTEXT_PATH } from '../../../../services/procedures/src/dossiers/entity.ts';
import { actOnDossier } from '../../../../services/procedures/src/operator/act.ts';
import type { ProcedureParts } from '../../../../services/procedures/src/parts.ts';
import { lookAtPayments, startPayment } from '../../../../services/procedures/src/payments/pay.ts';
import { submit } from '../../../../services/procedures/src/sending/send.ts';
import { procedures as procedureService } from '../../../../services/procedures/src/service.ts';
import { findDossier } from '../../../../services/procedures/src/stored/dossier-rows.ts';
import { readEvents } from '../../../../services/procedures/src/stored/event-rows.ts';
import { findSender } from '../../../../services/procedures/src/stored/sender-rows.ts';
import { type Play, startPayfip } from '../../../../services/procedures/test/support/payfip-stand-in.ts';
import { PLACE, packDocuments } from '../../../../services/procedures/test/support/procedure-host.ts';
import type { KillCase, Workshop } from '../kill-every-statement.ts';

const DAY_MS = 86_400_000;
const NAMES = { fr: 'Livraison', en: 'Delivery', de: 'Lieferung', lb: 'Liwwerung' };
const AGENT = { name: 'agent', author: null, person: null, may: () => true };
/** As if some minutes had passed since the kill: what was being begun then is over. */
const PASS = [
  `UPDATE procedures.dossier SET writing_since = writing_since - interval '1 minute' WHERE tenant = $1`,
  `UPDATE procedures.payment SET begun_at = begun_at - interval '2 minutes', ask_at = ask_at - interval '2 minutes' WHERE tenant = $1`,
];
const DOSSIERS = `
  SELECT id, kind, state ->> 'stage' AS stage, state -> 'paid' ->> 'cents' AS cents, jsonb_array_length(state -> 'effects') AS effects,
    writing_since IS NULL AS "isWritten"
  FROM procedures.dossier WHERE tenant = $1`;
const BOOKED = `
  SELECT b.state, b.amount::float8 AS amount, s.taken::float8 AS taken
  FROM procedures.booking b JOIN procedures.slot s ON s.tenant = b.tenant AND s.id = b.slot WHERE b.tenant = $1`;
const PAID = `SELECT cents FROM procedures.payment WHERE tenant = $1 AND state IN ('paid', 'waiting')`;

const NO_FILES = {
  put: async () => ({ id: '' }),
  claim: async () => [],
  remove: async () => {},
  read: async () => undefined,
  path: () => '',
};
const made = { workOrders: new Map<string, Set<string>>(), push: new Map<string, Set<string>>() };
let parts: ProcedureParts | undefined;
const procedures = defineService({
  ...procedureService,
  // Its ports make what has the same id once, as the real ones.
  async start(given: ServiceContext) {
    const started = await procedureService.start({
      ...given,
      files: NO_FILES,
      workOrders: { make: async ({ tenant }, { id }) => note(made.workOrders, tenant, id) },
      lightExceptions: { plan: async () => '' },
      collectionStops: { add: async () => '' },
      push: { send: async (tenant, { key }) => note(made.push, tenant, key) },
    });
    parts = started.parts;
    return {};
  },
});

function note(all: Map<string, Set<string>>, tenant: string, id: string): void {
  all.set(tenant, (all.get(tenant) ?? new Set()).add(id));
}

/** A request with a booking, its payment and the act of an agent. Who gets no answer asks again. */
export const requests: KillCase = {
  name: 'requests with a booking, a payment and an act',
  services: [],
  starts: [procedures],
  covers: ['procedures.tell', 'procedures.effect', 'procedures.write-unwritten', 'procedures.payments'],
  async open({ db, jobs, ask, letters, given }) {
    const own = parts;
    if (own === undefined) throw new Error('procedures have not started');
    const payfip = await startPayfip({ after() {} });
    const slots = new Map<string, string>();
    return {
      async prepare(tenant) {
        await publish(ask, tenant);
        const account = { provider: 'payfip', client: '094751', mode: 'test', service: payfip.url, page: payfip.page };
        await ask('PUT', '/procedures/payments', account, tenant);
        slots.set(tenant, await firstSlot(own, tenant));
      },
      async work(tenant) {
        const id = await send(own, tenant, slots.get(tenant) ?? '');
        await unlessDone(pay(own, tenant, id, payfip.plays));
        await lookAtPayments(own);
        await unlessDone(actOnDossier(own, { tenant, id }, { act: 'step', action: 'order' }, AGENT));
        await jobs.run('procedures.write-unwritten');
        await jobs.runWaiting();
      },
      async endLeases(tenant) {
        for (const text of PASS) await db.query({ text, values: [tenant] });
      },
      async endState(tenant) {
        const { rows } = await db.query<{ id: string }>({ text: DOSSIERS, values: [tenant] });
        const id = rows[0]?.id ?? '';
        const events = await readEvents(db, own.secrets, tenant, id);
        const entity = await given.client.retrieveEntity(`urn:ngsi-ld:ServiceCase:${id}`, {
          tenant,
          context: given.publicUrl + CONTEXT_PATH,
          format: 'simplified',
        });
        return {
          dossiers: rows.map(({ id: _id, ...row }) => row),
          sender: (await findSender(db, own.secrets, tenant, id)) ?? {},
          events: events.map(({ by, act, state }) => ({ by, act, state })),
          booked: (await db.query({ text: BOOKED, values: [tenant] })).rows,
          paid: (await db.query({ text: PAID, values: [tenant] })).rows,
          paidAtService: payfip.orders.filter(
            ({ refdet, operation }) => refdet?.startsWith(id) && payfip.plays.get(operation ?? '') === 'P',
          ).length,
          entity: (entity as { caseStage?: string } | undefined)?.caseStage ?? 'none',
          workOrders: made.workOrders.get(tenant)?.size ?? 0,
          pushed: made.push.get(tenant)?.size ?? 0,
          letters: [...letters].filter((letter) => letter.includes(`dossier:${id}:`)).length,
        };
      },
    };
  },
};

/** A composter that is paid and is delivered on a booked day. */
async function publish(ask: Workshop['ask'], tenant: string): Promise<void> {
  await ask('PUT', '/procedures/resources/delivery', packDocuments('booking-resources').get('bulky-waste'), tenant);
  const composter = packDocuments('procedures').get('composter') as { form: { sections: readonly object[] } };
  const day = { id: 'day', kind: 'booking', required: true, resource: 'delivery', label: NAMES };
  const sections = [...composter.form.sections, { id: 'when', title: NAMES, fields: [day] }];
  await ask('PUT', '/procedures/composter', { ...composter, form: { sections } }, tenant);
  await ask('POST', '/procedures/composter/publish', undefined, tenant);
}

/** The id of the first slot that can be booked. */
async function firstSlot(parts: ProcedureParts, tenant: string): Promise<string> {
  const now = new Date();
  const resource = (await readResources(parts.db, tenant)).get('delivery');
  if (resource === undefined) throw new Error('there is nothing to book');
  const to = new Date(now.getTime() + 30 * DAY_MS);
  return (await shownSlots(parts, tenant, 'delivery', resource, { from: now, to, now }))[0]?.id ?? '';
}

/** @returns the id of the dossier */
async function send(parts: ProcedureParts, tenant: string, slot: string): Promise<string> {
  const address = { text: '1 place de la Mairie', commune: 'villerupt', location: PLACE };
  const sent = await submit(parts, {
    tenant,
    procedure: 'composter',
    key: 'the same each time',
    given: {
      version: 1,
      language: 'fr',
      applicant: { kind: 'citizen', name: 'Hildegarde Quillefeu', phone: '0600000000', email: 'hq@example.org' },
      answers: { use: 'garden', size: 'large', address, day: { slot } },
    },
  });
  if ('faults' in sent) throw new Error(`the form refuses it: ${JSON.stringify(sent.faults)}`);
  return sent.dossier.id;
}

/** Opens the page of the payment, and pays on it. */
async function pay(parts: ProcedureParts, tenant: string, id: string, plays: Map<string, Play>): Promise<void> {
  const kept = await findDossier(parts.db, tenant, id);
  const sender = await findSender(parts.db, parts.secrets, tenant, id);
  if (kept === undefined || sender === undefined) throw new Error(`there is no dossier ${id}`);
  const page = new URL(await startPayment(parts, kept, sender));
  plays.set(page.searchParams.get('idop') ?? '', 'P');
}

/** What was done before the kill is refused when it is asked for again, as people see. */
async function unlessDone(act: Promise<unknown>): Promise<void> {
  await act.catch((error: unknown) => {
    if (!(error instanceof Problem && error.status === 409)) throw error;
  });
}
