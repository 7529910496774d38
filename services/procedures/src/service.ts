import { Problem } from '@alzette/kit/problems';
import { neverStored, serviceRoutes } from '@alzette/kit/routes';
import { keyedHashes, openSealedKey } from '@alzette/kit/sealed-key';
import { serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import { endOffers } from './bookings/book.ts';
import { accountHandlers } from './citizen/account-routes.ts';
import { citizenHandlers, takeFiles } from './citizen/citizen-routes.ts';
import { companyHandlers } from './citizen/company-routes.ts';
import { followHandlers } from './citizen/follow-routes.ts';
import { mailInvitation } from './companies/invitation.ts';
import {
  bookingContract,
  citizenProcedureContract,
  companyContract,
  demarchesContract,
  dossierContract,
  followedDossierContract,
  ownAccountContract,
  paymentContract,
  paymentNoticeContract,
  procedureContract,
  statisticsContract,
  transferContract,
} from './contract/contract.ts';
import { demarchesHandlers } from './demarches/demarches-routes.ts';
import { caseObjects } from './dossiers/case-objects.ts';
import { writeUnwritten } from './dossiers/entity.ts';
import { decideBySilence, remindOfBookings } from './due/due-work.ts';
import { doEffect } from './effects/do-effect.ts';
import { tellSender } from './notices/tell-sender.ts';
import { bookingHandlers } from './operator/booking-routes.ts';
import { dossierHandlers } from './operator/desk-routes.ts';
import type { EffectJob, EventJob, InviteJob, ProcedureContext, ProcedureParts } from './parts.ts';
import { lookAtPayments } from './payments/pay.ts';
import { paymentHandlers, paymentNoticeHandlers, takeNotices } from './payments/payment-routes.ts';
import { forgetOld } from './privacy/erase.ts';
import { procedureHandlers } from './procedures/procedure-routes.ts';
import { statisticsHandlers } from './statistics/statistics-routes.ts';
import { forgetMember } from './stored/company-rows.ts';
import { transferHandlers } from './transfer/transfer-routes.ts';

const AT_ONCE = 500;

/** E-services: forms, procedures, dossiers and bookings of citizens, companies and associations. */
export const procedures = defineService({
  name: 'procedures',
  migrations: new URL('../migrations/', import.meta.url),
  needs: ['files', 'workOrders', 'lightExceptions', 'collectionStops'],
  async start(given: ProcedureContext) {
    const parts = await partsOf(given);
    defineJobs(parts, given);
    await serviceRoutes(given.app, '/procedures', (scope) => {
      serve(scope, bookingContract, bookingHandlers(parts));
      serve(scope, paymentContract, paymentHandlers(parts));
      serve(scope, dossierContract, dossierHandlers(parts));
      serve(scope, procedureContract, procedureHandlers(parts));
      serve(scope, demarchesContract, demarchesHandlers(parts));
      serve(scope, statisticsContract, statisticsHandlers(parts));
      serve(scope, transferContract, transferHandlers(parts));
    });
    await serviceRoutes(given.app, '/citizen/v1/procedures', (scope) => {
      takeFiles(scope);
      serve(scope, citizenProcedureContract, citizenHandlers(parts));
    });
    await serviceRoutes(given.app, '/citizen/v1/procedures/account', (scope) => {
      neverStored(scope);
      // Strangers send by other routes, which are closed in tenants that are not public.
      scope.addHook('preValidation', async (request) => {
        if (parts.callerOf(request).kind === 'anonymous')
          throw new Problem(401, 'Unauthorized', 'Expected a token of a user');
      });
      serve(scope, ownAccountContract, accountHandlers(parts));
      serve(scope, companyContract, companyHandlers(parts));
    });
    await serviceRoutes(given.app, '/citizen/v1/procedures/payments', (scope) => {
      takeNotices(scope);
      serve(scope, paymentNoticeContract, paymentNoticeHandlers(parts));
    });
    await serviceRoutes(given.app, '/citizen/v1/procedures/follow', (scope) => {
      neverStored(scope);
      serve(scope, followedDossierContract, followHandlers(parts));
    });
    const { db, keyed } = parts;
    return { parts, forget: (person) => forgetMember(db, (tenant) => keyed.hash('account', tenant, person)) };
  },
});

async function partsOf(given: ProcedureContext): Promise<ProcedureParts> {
  const { db, territories, secrets } = given;
  const keyed = keyedHashes(await openSealedKey(db, secrets, 'procedures.secret_key', 'procedures.secret-key'));
  const objects = caseObjects(db, territories);
  const tell = given.jobs.define<EventJob>({
    name: 'procedures.tell',
    title: { fr: 'Prévenir l’auteur d’une demande', en: 'Tell the sender of a request' },
    retries: 8,
    run: (data) => tellSender({ ...given, keyed, objects }, data),
  });
  const invite = given.jobs.define<InviteJob>({
    name: 'procedures.invite',
    title: { fr: 'Inviter quelqu’un à agir pour une entreprise', en: 'Invite somebody to act for a company' },
    retries: 8,
    run: (data) => mailInvitation({ ...given, keyed }, data),
  });
  const effect = given.jobs.define<EffectJob>({
    name: 'procedures.effect',
    title: {
      fr: 'Réaliser sur le territoire ce qu’une démarche décide',
      en: 'Do on the territory what a procedure decides',
    },
    retries: 5,
    retryDelayS: 10,
    run: (data, run) => doEffect(parts, data, run),
  });
  const parts: ProcedureParts = { ...given, keyed, objects, tell, invite, effect };
  return parts;
}

function defineJobs(parts: ProcedureParts, { jobs }: ServiceContext): void {
  jobs.define({
    name: 'procedures.write-unwritten',
    title: { fr: 'Écrire les dossiers restés en suspens', en: 'Write the dossiers that were left unwritten' },
    schedule: { cron: '* * * * *' },
    oneAtATime: true,
    run: async () => ({ written: await writeUnwritten(parts) }),
  });
  jobs.define({
    name: 'procedures.silence',
    title: { fr: 'Décisions par le silence', en: 'Decisions by silence' },
    schedule: { cron: '20 * * * *', missed: 'once' },
    oneAtATime: true,
    run: async () => ({ decided: await decideBySilence(parts, AT_ONCE) }),
  });
  jobs.define({
    name: 'procedures.bookings',
    title: { fr: 'Rappels de rendez-vous et listes d’attente', en: 'Reminders of bookings, and waiting lists' },
    schedule: { cron: '*/5 * * * *' },
    oneAtATime: true,
    run: async () => ({ ended: await endOffers(parts), reminded: await remindOfBookings(parts) }),
  });
  jobs.define({
    name: 'procedures.payments',
    title: { fr: 'Demander le résultat des paiements en cours', en: 'Ask for the results of payments under way' },
    schedule: { cron: '* * * * *' },
    oneAtATime: true,
    run: async () => ({ asked: await lookAtPayments(parts) }),
  });
  jobs.define({
    name: 'procedures.forget',
    title: { fr: 'Effacer les données des dossiers anciens', en: 'Erase the personal data of old dossiers' },
    schedule: { cron: '50 3 * * *' },
    oneAtATime: true,
    run: async () => ({ dossiers: await forgetOld(parts, AT_ONCE) }),
  });
}
