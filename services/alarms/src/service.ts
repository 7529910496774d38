import { startDueLoop } from '@alzette/kit/due-loop';
import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import { alarmPort } from './actions/apply.ts';
import { alarmKind } from './alarm/alarm-entity.ts';
import { alarmContract, alarmSetupContract, handoverContract, workOrderContract } from './contract/contract.ts';
import { forgetOldNotes } from './handover/notes.ts';
import { forgetShifts } from './handover/shifts.ts';
import { nextDue } from './notices/due.ts';
import type { AlarmParts } from './parts.ts';
import type { NoticePort, WorkOrderPort } from './ports.ts';
import { forgetOldActs } from './records/applied-acts.ts';
import { forgetClosedAlarms } from './records/closed-alarms.ts';
import { writeUnfinished } from './records/write-entities.ts';
import { alarmHandlers } from './routes/alarm-routes.ts';
import { refusalToWriteStatus } from './routes/client-acts.ts';
import { setupHandlers } from './routes/escalation-routes.ts';
import { handoverHandlers } from './routes/handover-routes.ts';
import { workOrderHandlers } from './routes/work-order-routes.ts';
import { runDue } from './run-due.ts';
import { makeWorkOrder } from './work-orders/make.ts';
import { workOrderKind } from './work-orders/work-order.ts';

export type { AlarmAct, AlarmDetails, AlarmPort, Notice, NoticePort, WorkOrderPort } from './ports.ts';

/** Alarms and work orders, stored as entities of the broker. */
export const alarms = defineService({
  name: 'alarms',
  migrations: new URL('../migrations/', import.meta.url),
  needs: ['notices'],
  async start(given: ServiceContext & { readonly notices: NoticePort }) {
    const { app, publicUrl } = given;
    let wake = () => {};
    const kinds = { alarms: alarmKind(publicUrl), workOrders: workOrderKind(publicUrl) };
    await given.guardWrites(
      { context: kinds.workOrders.context, type: kinds.workOrders.type, attribute: 'status' },
      refusalToWriteStatus,
    );
    const parts: AlarmParts = { ...given, ...kinds, wake: () => wake() };
    await serviceRoutes(app, '/alarms', (scope) => {
      serve(scope, alarmContract, alarmHandlers(parts));
      serve(scope, alarmSetupContract, setupHandlers(parts));
      serve(scope, handoverContract, handoverHandlers(parts));
    });
    await serviceRoutes(app, '/work-orders', (scope) => serve(scope, workOrderContract, workOrderHandlers(parts)));
    defineJobs(parts, given);
    const loop = startDueLoop({
      work: () => runDue(parts),
      next: () => nextDue(given.db),
      onError: (cause) => given.logger.error({ err: cause }, 'could not read the scheduled actions'),
    });
    wake = loop.wake;
    const workOrders: WorkOrderPort = {
      async make(by, { scope, ...order }) {
        await makeWorkOrder(parts, by, order, scope);
      },
    };
    return {
      ports: { alarms: alarmPort(parts), workOrders },
      parts,
      forget: (person) => forgetShifts(parts.db, person),
      stop: () => loop.stop(),
    };
  },
});

/** The same time as the rules keep their evidence. */
const CLOSED_KEPT_MS = 731 * 24 * 3_600_000;

function defineJobs(parts: AlarmParts, { jobs }: ServiceContext): void {
  jobs.define({
    name: 'alarms.write-unfinished',
    title: {
      fr: 'Écrire les alarmes et ordres de travail restés en suspens',
      en: 'Write the alarms and work orders that were left unwritten',
    },
    schedule: { cron: '* * * * *' },
    oneAtATime: true,
    async run() {
      const alarms = await writeUnfinished(parts, parts.alarms);
      const workOrders = await writeUnfinished(parts, parts.workOrders);
      return { alarms, workOrders };
    },
  });
  jobs.define({
    name: 'alarms.forget-acts',
    title: {
      fr: 'Oublier les actes et les notes de relève de plus d’un mois',
      en: 'Forget acts and handover notes older than a month',
    },
    schedule: { cron: '20 3 * * *' },
    oneAtATime: true,
    run: async () => ({ forgotten: await forgetOldActs(parts.db), notes: await forgetOldNotes(parts.db) }),
  });
  jobs.define({
    name: 'alarms.forget-closed',
    title: {
      fr: 'Oublier les alarmes closes depuis plus de deux ans',
      en: 'Forget alarms that were closed more than two years ago',
    },
    schedule: { cron: '50 3 * * *' },
    oneAtATime: true,
    async run(_data, { signal }) {
      return { forgotten: await forgetClosedAlarms(parts, new Date(Date.now() - CLOSED_KEPT_MS), signal) };
    },
  });
}
