import assert from 'node:assert/strict';
import { type Caller, systemCaller } from '../../src/access/caller.ts';
import { selectTypes } from '../../src/entities/discovery/discovery-queries.ts';
import { queryEntities, queryEntityIds, queryShown, retrieveEntity } from '../../src/entities/read/entity-queries.ts';
import { retrieveEntityText } from '../../src/entities/read/entity-texts.ts';
import { authorizedLane } from '../../src/entities/write-lane/authorized-lane.ts';
import { createWriteLane } from '../../src/entities/write-lane/lane.ts';
import { gatedLane } from '../../src/entities/write-lane/write-gates.ts';
import { knownEntity } from '../../src/history/query/temporal-entities.ts';
import { createEntity } from '../../src/operations/entities/create-entity.ts';
import { eachDatabase, freshTenant } from '../support/index.ts';

const LAMP = 'urn:ngsi-ld:Lamp:1';
const ALL = { limit: 10, offset: 0, count: true };
const NAMES = { compact: (iri: string) => iri };

eachDatabase('A read or write without a caller', (test) => {
  // JavaScript values that bypass the types: without rights, or no caller at all.
  for (const [title, noCaller] of [
    ['of nobody', () => undefined as unknown as Caller],
    ['of a tenant alone', (tenant: string) => ({ tenant }) as Caller],
    ['of a name alone', (tenant: string) => tenant as unknown as Caller],
  ] as const) {
    test(`${title} throws and shows nothing; so does a write`, async (_t, db) => {
      const caller = noCaller(freshTenant());
      const reads = [
        async () => retrieveEntity(db, caller, LAMP),
        async () => retrieveEntityText(db, caller, LAMP, { names: NAMES, format: 'normalized' }),
        async () => queryEntities(db, caller, ALL),
        async () => queryShown(db, caller, ALL),
        async () => queryEntityIds(db, caller, {}, '', 10),
        async () => selectTypes(db, caller),
        async () => knownEntity(db, caller, LAMP),
      ];
      for (const read of reads) await assert.rejects(read(), TypeError, read.toString());
      const lane = authorizedLane(gatedLane(createWriteLane(db), []));
      const write = async () => {
        const entity = { id: LAMP, types: ['Lamp'], attributes: {} };
        return lane.write(caller, LAMP, createEntity({ entity, document: {} }).decide({}));
      };
      await assert.rejects(write(), TypeError);
    });
  }

  test('is allowed for the product itself with an explicit system caller', async (_t, db) => {
    const { entities, count } = await queryEntities(db, systemCaller(freshTenant()), ALL);
    assert.deepEqual([entities, count], [[], 0]);
  });
});
