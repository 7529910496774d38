import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { guarded } from '../access/guarded-broker.ts';
import { startIssuer } from '../access/issuer.ts';
import { eachOwnDatabase } from '../support/index.ts';

interface Board {
  readonly panels: readonly { readonly title: string; readonly targets: readonly { readonly rawSql: string }[] }[];
}

const FOLDER = new URL('../../../docs/bring-your-own/grafana/', import.meta.url);
const ROWS_AT_LEAST = 1;

/** A panel's query in the form that Grafana sends. */
function sent(sql: string, tenant: string): string {
  return sql
    .replaceAll('$__timeGroupAlias(observed_at, $__interval)', `date_trunc('hour', observed_at) AS "time"`)
    .replaceAll('$__timeFilter(observed_at)', `observed_at BETWEEN now() - interval '7 days' AND now()`)
    .replaceAll('$commune', `'Villerupt'`)
    .replaceAll(`tenant = ''`, `tenant = '${tenant}'`);
}

eachOwnDatabase('Dashboards for Grafana', (test) => {
  test('each panel’s query finds rows in the views', async (t, db) => {
    const g = await guarded(t, db, await startIssuer(t));
    const root = await g.as({ sub: 'root', roles: ['administrator'] });
    const observedAt = new Date(Date.now() - 60_000).toISOString();
    const location = { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9, 49.4] } };
    const measured = (value: unknown) => ({ type: 'Property', value, observedAt });
    const entities = [
      {
        ...{ id: 'urn:ngsi-ld:Streetlight:g-1', type: 'Streetlight', scope: '/Villerupt', location },
        ...{ status: measured('defectiveLamp'), powerConsumption: measured(40) },
      },
      {
        ...{ id: 'urn:ngsi-ld:WasteContainer:g-1', type: 'WasteContainer', scope: '/Villerupt', location },
        fillingLevel: measured(0.9),
      },
    ];
    const written = await g.ask(root, 'POST', '/ngsi-ld/v1/entityOperations/upsert', entities);
    assert.ok(written.statusCode < 300, written.body);
    const rowsOf = (sql: string) => db.query({ text: sent(sql, g.tenant) }).then(({ rows }) => rows.length);
    for (const name of ['lighting', 'waste']) {
      const { panels } = JSON.parse(readFileSync(new URL(`${name}.json`, FOLDER), 'utf8')) as Board;
      assert.ok(panels.length >= 3);
      for (const { title, targets } of panels) {
        for (const { rawSql } of targets) {
          // Views are created about a second after the first entity of a type.
          let rows = -1;
          for (let turn = 0; turn < 200 && rows < ROWS_AT_LEAST; turn++) {
            rows = await rowsOf(rawSql).catch((cause: Error) => {
              if (/does not exist/.test(cause.message)) return -1;
              throw cause;
            });
            if (rows < ROWS_AT_LEAST) await pause(50);
          }
          assert.ok(rows >= ROWS_AT_LEAST, `${name}, ${title}: ${rows} rows`);
        }
      }
    }
  });
});
