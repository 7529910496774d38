import { documents, judgeOf } from '@alzette/kit/objects';
import { conflict, missing, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import { shownBooking } from '../bookings/book.ts';
import { bookingsOfResource, readResources, removeResource, saveResource } from '../bookings/booking-rows.ts';
import { addDays, daysBetween, localDay } from '../clock/deadline.ts';
import type { BookingContract } from '../contract/contract.ts';
import { mayDossier } from '../dossiers/case-objects.ts';
import type { ProcedureParts } from '../parts.ts';
import { findDossier } from '../stored/dossier-rows.ts';

const MOST_DAYS = 366;
const SHOWN_DAYS = 31;

/** `/procedures/resources`: what can be booked, and who has booked. */
export function bookingHandlers(parts: ProcedureParts): Handlers<BookingContract> {
  const { db, objects, territories } = parts;
  const ofDesk = documents(objects.desk, async () => [true as const]);
  return {
    resources: {
      objects: ofDesk,
      handle: async ({ tenant }) => ({
        resources: [...(await readResources(db, tenant))].map(([id, resource]) => ({ id, ...resource })),
      }),
    },
    async save({ tenant, params: { id }, body }) {
      const known = territories.of(tenant).communes.map(({ slug }) => slug);
      if (body.commune !== undefined && !known.includes(body.commune)) {
        throw refused('commune', body.commune, `one of ${known.join(', ')}`);
      }
      const backwards = body.opening.find(({ from, to }) => from >= to);
      if (backwards !== undefined) throw refused('opening.to', backwards.to, `a time after ${backwards.from}`);
      await saveResource(db, tenant, id, body);
      return { id, ...body };
    },
    async remove({ tenant, params: { id } }) {
      if (!(await readResources(db, tenant)).has(id)) throw missing('resource', id);
      if (!(await removeResource(db, tenant, id))) throw conflict(`resource: ${id} has bookings to come`, 'needed');
    },
    bookings: {
      objects: ofDesk,
      async handle(request) {
        const { tenant, params, query } = request;
        const resources = await readResources(db, tenant);
        if (!resources.has(params.id)) throw missing('resource', params.id);
        const from = query.from ?? localDay(new Date(), territories.of(tenant).timeZone);
        const to = query.to ?? addDays(from, SHOWN_DAYS);
        if (daysBetween(from, to) > MOST_DAYS) throw refused('to', to, `at most ${MOST_DAYS} days after ${from}`);
        const times = [new Date(`${from}T00:00:00Z`), new Date(`${addDays(to, 1)}T00:00:00Z`)] as const;
        const judge = judgeOf(request);
        const bookings = [];
        for (const kept of await bookingsOfResource(db, tenant, params.id, ...times)) {
          const found = await findDossier(db, tenant, kept.dossier);
          if (found === undefined || !mayDossier(judge, 'read', found.dossier)) continue;
          bookings.push({ ...shownBooking(kept, resources), dossier: kept.dossier });
        }
        return { bookings };
      },
    },
  };
}
