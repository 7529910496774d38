import { dashboardService } from '../../../../services/dashboards/src/service.ts';
import type { KillCase } from '../kill-every-statement.ts';
import { rowsOf } from '../rows-of.ts';

const BOARD = {
  title: 'Nuit',
  roles: [],
  period: '30d',
  widgets: [
    {
      ...{ id: 'a', kind: 'table', title: 'Par commune', x: 0, y: 0, w: 6, h: 4 },
      question: { type: 'Streetlight', group: [{ by: 'scope' }], measure: { kind: 'count' } },
    },
  ],
};
const RECIPIENTS = ['a@example.org', 'b@example.org'];
const REPORT = {
  ...{ title: 'Rapport', dashboard: 'nuit', recipients: RECIPIENTS, language: 'fr', day: 1, isActive: true },
};

/** A report that is made, stored and mailed to its recipients. */
export const scheduledReports: KillCase = {
  name: 'scheduled reports',
  services: [],
  starts: [dashboardService()],
  covers: ['dashboards.send-report'],
  async open({ given, db, jobs, ask, letters }) {
    const sent = new Map<string, string[]>();
    return {
      async prepare(tenant) {
        const lamp = { id: 'urn:ngsi-ld:Streetlight:1', type: 'Streetlight', scope: '/Thil' };
        await given.client.createEntity(lamp, { tenant, context: given.context });
        await ask('PUT', '/dashboards/nuit', BOARD, tenant);
        await ask('PUT', '/dashboards/reports/monthly', REPORT, tenant);
        await ask('POST', '/dashboards/reports/monthly/send', undefined, tenant);
        sent.set(tenant, [...letters]);
      },
      work: () => jobs.runWaiting(),
      async endState(tenant) {
        // Only this tenant's report was due since then.
        const own = [...letters].filter((letter) => !sent.get(tenant)?.includes(letter));
        return {
          letters: own.map((letter) => letter.split(' ')[1]).sort(),
          ...(await rowsOf(db, 'dashboards', tenant)),
        };
      },
    };
  },
};
