import assert from 'node:assert/strict';
import { HOME } from '@alzette/ngsi-ld-schemas/validation';
import { type Caller, systemCaller } from '../../src/access/caller.ts';
import type { Database, Statement } from '../../src/database/database.ts';
import { authorizedLane } from '../../src/entities/write-lane/authorized-lane.ts';
import { createWriteLane } from '../../src/entities/write-lane/lane.ts';
import { gatedLane } from '../../src/entities/write-lane/write-gates.ts';
import type { WholeEntity } from '../../src/model/parse/parse-entity.ts';
import { createEntity } from '../../src/operations/entities/create-entity.ts';
import { modelStore } from '../../src/validation/model-store.ts';
import { Models } from '../../src/validation/models.ts';
import { checkByModels } from '../../src/validation/validate-by-models.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';

const LAMP: WholeEntity = {
  id: 'urn:ngsi-ld:Lamp:1',
  types: ['https://example.org/Lamp'],
  attributes: { 'https://example.org/level': [{ type: 'Property', value: 1 }] },
};

eachDatabase('An entity that is probably new', (test) => {
  test('is written without a previous read, by all layers of a write', async (_t, db) => {
    const names: (string | undefined)[] = [];
    const query: Database['query'] = (statement: Statement) => {
      names.push(statement.name?.replace(/-\d+$/, ''));
      return db.query(statement);
    };
    const lane = authorizedLane(
      gatedLane(createWriteLane({ ...db, query }), []),
      checkByModels(new Models(modelStore(db)), HOME),
    );
    const all = systemCaller(freshTenant());
    const create = (id: string, caller: Caller = all) =>
      lane.write(caller, id, createEntity({ entity: { ...LAMP, id }, document: {} }).decide({}));
    const insert = 'lane-insert-born-count';

    await create('urn:ngsi-ld:Lamp:1');
    await assert.rejects(create('urn:ngsi-ld:Lamp:2', { ...all, write: [] }), { type: 'AccessDenied' });
    await create('urn:ngsi-ld:Lamp:2');
    assert.deepEqual(names, [insert, 'lane-read', insert]);

    // The id is in use: the lane's memory is checked in the database before the creation is refused.
    await assert.rejects(create('urn:ngsi-ld:Lamp:1'), { type: 'AlreadyExists' });
    assert.deepEqual(names.slice(3), ['lane-read']);
  });
});
