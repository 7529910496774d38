import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import { eachDatabase } from '../../../broker/test/support/index.ts';
import { patternOf } from '../src/datasets/table-schema.ts';
import { NATIONAL_SCHEMAS } from '../src/schemas/national-schemas.ts';
import { LAMP_DATASET, publish, startOpenDataHost, writeLamps } from './support/open-data-host.ts';

eachDatabase('Datasets of operators', (test) => {
  test('a draft has a preview and a quality; a published dataset is an entity that search finds; withdrawn, it is deleted', async (t, db) => {
    const host = await startOpenDataHost(t, db);
    await writeLamps(host);
    const blank = { ...LAMP_DATASET, description: { fr: 'Court' } };
    const preview = await host.ask('POST', '/opendata/preview', blank);
    assert.equal(preview.status, 200, JSON.stringify(preview.body));
    assert.equal(preview.body.rows.length, 4);
    const missing = preview.body.quality.missing.map(({ criterion }: { criterion: string }) => criterion);
    assert.ok(missing.includes('description') && !missing.includes('license'), missing.join());

    const { body } = await host.ask('GET', '/opendata/schemas');
    assert.deepEqual(body.schemas.map(({ id }: { id: string }) => id).sort(), [
      'comptage-canal',
      'comptage-mesure',
      'irve',
      'menus',
    ]);
    await publish(host, 'lampes-du-parc', { ...LAMP_DATASET, schema: NATIONAL_SCHEMAS['comptage-mesure'] });
    const { schemaFaults } = (await host.ask('GET', '/opendata/datasets/lampes-du-parc')).body;
    assert.equal(schemaFaults.rows, 4, 'lamps are no counts, and the report says this');
    const found = async () => {
      const answer = await host.ask('GET', '/territory/search?text=jeu%20points%20lumineux&limit=50');
      return answer.body.entities.map(({ id }: { id: string }) => id);
    };
    const id = 'urn:ngsi-ld:Dataset:lampes-du-parc';
    await eventually('search finds it', async () => (await found()).includes(id));
    assert.equal((await host.ask('POST', '/opendata/datasets/lampes-du-parc/withdraw')).status, 200);
    await eventually('search has forgotten it', async () => !(await found()).includes(id));
    assert.equal((await host.ask('GET', `/ngsi-ld/v1/entities/${id}`)).status, 404);
  });

  test('every pattern of the national schemas can be checked', async () => {
    for (const { fields } of Object.values(NATIONAL_SCHEMAS)) for (const field of fields) patternOf(field);
  });
});
