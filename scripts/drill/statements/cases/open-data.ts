import { openData } from '../../../../services/opendata/src/service.ts';
import { LAMP_DATASET } from '../../../../services/opendata/test/support/open-data-host.ts';
import type { KillCase } from '../kill-every-statement.ts';

const LAMPS = 3;
const EMPTY = 'TRUNCATE opendata.dataset, opendata.feature, opendata.prepared_file CASCADE';
const NOW_DUE = 'UPDATE opendata.dataset SET next_refresh_at = now()';
const DATASETS = 'SELECT id, state, feature_count, fault FROM opendata.dataset ORDER BY id';
const FEATURES = `
  SELECT f.id, f.properties::text AS properties FROM opendata.feature f
  JOIN opendata.dataset d ON d.id = f.dataset AND d.generation = f.generation ORDER BY f.id`;
const OLD_FEATURES = `
  SELECT count(*)::int AS rows FROM opendata.feature f
  JOIN opendata.dataset d ON d.id = f.dataset AND d.generation <> f.generation`;
const FILES = `SELECT state, format FROM opendata.prepared_file ORDER BY id`;
const OUTDATED = `UPDATE opendata.prepared_file SET asked_at = now() - interval '3 days' WHERE state = 'ready'`;

/** A dataset that is refreshed, and a file of it that is prepared. They belong to the default tenant. */
export const openDataFiles: KillCase = {
  name: 'datasets of open data, and their files',
  services: [],
  starts: [openData],
  covers: ['opendata.look-for-due', 'opendata.refresh', 'opendata.prepare-file', 'opendata.forget-files'],
  isOfAllTenants: true,
  async open({ given, db, jobs, ask }) {
    const { client, context } = given;
    const write = (watts: number) =>
      client.batchUpsert(
        Array.from({ length: LAMPS }, (_, n) => ({
          id: `urn:ngsi-ld:Streetlight:drill-${n}`,
          type: 'Streetlight',
          scope: '/Villerupt',
          name: { type: 'Property', value: `Lamp ${n}` },
          powerRating: { type: 'Property', value: watts },
          location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.93, 49.47] } },
        })),
        { tenant: '', context },
      );
    return {
      async prepare() {
        await db.query({ text: EMPTY });
        await write(60);
        await ask('PUT', '/opendata/datasets/lamps', LAMP_DATASET, '');
        await ask('POST', '/opendata/datasets/lamps/publish', undefined, '');
        await jobs.runWaiting();
        await ask('POST', '/data/exports/lamps/csv', undefined, '');
        await write(40);
        await db.query({ text: NOW_DUE });
      },
      async work() {
        await jobs.run('opendata.look-for-due');
        await jobs.runWaiting();
        await db.query({ text: OUTDATED });
        await jobs.run('opendata.forget-files');
      },
      async endState() {
        const rows = async (text: string) => (await db.query({ text })).rows;
        const { entities } = await client.queryEntities({ type: 'Dataset', tenant: '', format: 'simplified' });
        return {
          datasets: await rows(DATASETS),
          features: await rows(FEATURES),
          old: await rows(OLD_FEATURES),
          files: await rows(FILES),
          entities: entities.map(({ id }) => id),
        };
      },
    };
  },
};
