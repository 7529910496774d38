import assert from 'node:assert/strict';
import { eachDatabase } from '../support/index.ts';
import { registrationOf, startRegisteringBroker } from './registering-broker.ts';

const ROUNDS = Number(process.env.CONFLICT_ROUNDS ?? 8);

eachDatabase('Conflicts of registrations over processes (4.3.6.3, 5.9.2.4)', (test) => {
  test('of several concurrent ones for the same data, one wins', async (t, db) => {
    const [one, two] = [await startRegisteringBroker(t, db), await startRegisteringBroker(t, db)];
    const tenant = { 'ngsild-tenant': one.tenant };
    for (let round = 0; round < ROUNDS; round++) {
      const entities = [{ id: `urn:ngsi-ld:Room:${round}`, type: 'Room' }];
      const members = (n: number) =>
        registrationOf({
          id: `urn:r:${round}:${n}`,
          mode: n === 3 ? 'redirect' : 'exclusive',
          information: [{ entities, propertyNames: ['temperature'] }],
        });
      const answers = await Promise.all(
        [one, two, one, two].map((broker, n) => broker.ask('POST', '/csourceRegistrations', members(n), tenant)),
      );
      const statuses = answers.map(({ statusCode }) => statusCode).sort();
      assert.deepEqual(statuses, [201, 409, 409, 409]);
      for (const { statusCode, body } of answers)
        if (statusCode === 409) assert.match(body, /covers some of the same data/);
    }
  });

  test('an update for data that another has just claimed is refused', async (t, db) => {
    const [one, two] = [await startRegisteringBroker(t, db), await startRegisteringBroker(t, db)];
    const tenant = { 'ngsild-tenant': one.tenant };
    const information = (id: string) => [{ entities: [{ id, type: 'Room' }], propertyNames: ['temperature'] }];
    const free = registrationOf({ id: 'urn:r:free', mode: 'exclusive', information: information('urn:room:free') });
    assert.equal((await one.ask('POST', '/csourceRegistrations', free, tenant)).statusCode, 201);
    for (let round = 0; round < ROUNDS; round++) {
      const wanted = information(`urn:room:${round}`);
      const rival = registrationOf({ id: `urn:r:${round}`, mode: 'exclusive', information: wanted });
      const [made, moved] = await Promise.all([
        two.ask('POST', '/csourceRegistrations', rival, tenant),
        one.ask('PATCH', '/csourceRegistrations/urn:r:free', { information: wanted }, tenant),
      ]);
      const won = [made.statusCode === 201, moved.statusCode === 204];
      assert.equal(won.filter(Boolean).length, 1, `${made.body} ${moved.body}`);
    }
  });

  test('released data can be claimed immediately by another', async (t, db) => {
    const [one, two] = [await startRegisteringBroker(t, db), await startRegisteringBroker(t, db)];
    const tenant = { 'ngsild-tenant': one.tenant };
    const information = [{ entities: [{ id: 'urn:room:1', type: 'Room' }], propertyNames: ['temperature'] }];
    for (let round = 0; round < ROUNDS; round++) {
      const [broker, other] = round % 2 === 0 ? [one, two] : [two, one];
      const id = `urn:r:${round}`;
      const members = registrationOf({ id, mode: 'exclusive', information });
      assert.equal((await broker.ask('POST', '/csourceRegistrations', members, tenant)).statusCode, 201);
      const again = registrationOf({ id: 'urn:r:again', mode: 'exclusive', information });
      assert.equal((await other.ask('POST', '/csourceRegistrations', again, tenant)).statusCode, 409);
      assert.equal((await other.ask('DELETE', `/csourceRegistrations/${id}`, undefined, tenant)).statusCode, 204);
    }
  });
});
