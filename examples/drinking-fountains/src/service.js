import { metric } from '@alzette/kit/metrics';
import { BY_ENTITIES } from '@alzette/kit/objects';
import { missing } from '@alzette/kit/problems';
import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';
import { fountainContract } from './contract.js';

const DUE_AFTER_DAYS = 30;

const INSERT = `INSERT INTO x_fountains.check_made (tenant, entity, is_drinkable, note) VALUES ($1, $2, $3, $4)`;
const CHECKS = `
  SELECT at, is_drinkable, note FROM x_fountains.check_made
  WHERE tenant = $1 AND entity = $2 ORDER BY at DESC LIMIT 100`;
const DUE = `
  SELECT tenant, entity FROM x_fountains.check_made
  GROUP BY tenant, entity HAVING max(at) < now() - make_interval(days => $1)`;

export default defineService({
  name: 'x_fountains',
  migrations: new URL('../migrations/', import.meta.url),
  portal: {
    folder: new URL('../portal/', import.meta.url),
    pages: [
      { name: 'checks', title: { fr: 'Contrôles', en: 'Checks', de: 'Kontrollen', lb: 'Kontrollen' }, right: 'write' },
    ],
  },
  async start({ app, db, client, clientOf, jobs, metrics }) {
    const findDue = async () => (await db.query({ text: DUE, values: [DUE_AFTER_DAYS] })).rows;

    jobs.define({
      name: 'x_fountains.due',
      title: { fr: 'Chercher les fontaines à contrôler', en: 'Look for fountains to check' },
      schedule: { cron: '0 6 * * *' },
      async run() {
        const due = await findDue();
        // In the name of the service: an administrator gives its role the right to write fountains.
        for (const { tenant, entity } of due) {
          await client.mergeEntity(entity, { isCheckDue: { type: 'Property', value: true } }, { tenant });
        }
        return { due: due.length };
      },
    });
    metrics.add(async () => metric('alzette_x_fountains_due', 'gauge', 'Fountains to check', (await findDue()).length));

    await serviceRoutes(app, '/x/fountains', (scope) =>
      serve(scope, fountainContract, {
        checks: {
          objects: BY_ENTITIES,
          async handle(request) {
            const { params, tenant } = request;
            // In the name of who asks: the broker shows them only fountains that they may read.
            const fountain = await clientOf(request).retrieveEntity(params.entity, { tenant });
            if (fountain === undefined) throw missing('fountain', params.entity);
            const { rows } = await db.query({ text: CHECKS, values: [tenant, params.entity] });
            return rows.map(({ at, is_drinkable, note }) => ({
              at: at.toISOString(),
              isDrinkable: is_drinkable,
              note,
            }));
          },
        },
        check: {
          objects: BY_ENTITIES,
          async handle(request) {
            const { params, tenant, body } = request;
            const { isDrinkable, note = '' } = body;
            // First, because the broker refuses who may not write this fountain, or if there is none.
            await clientOf(request).mergeEntity(
              params.entity,
              {
                isDrinkable: { type: 'Property', value: isDrinkable, observedAt: new Date().toISOString() },
                isCheckDue: { type: 'Property', value: false },
              },
              { tenant },
            );
            await db.query({ text: INSERT, values: [tenant, params.entity, isDrinkable, note] });
          },
        },
      }),
    );
    return {};
  },
});
