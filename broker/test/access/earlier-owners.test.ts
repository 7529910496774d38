import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import { eachDatabase } from '../support/index.ts';
import { guarded } from './guarded-broker.ts';
import { startIssuer } from './issuer.ts';
import { receiver } from './notification-receiver.ts';

const API = '/ngsi-ld/v1';

/** A row from before scopes were enforced: with the client of the token, and without actions. */
const BY_A_PROGRAM = `
  UPDATE subscription SET owner = (owner::jsonb - 'actions') || '{"client": "program-of-others"}'
  WHERE tenant = $1 AND owner::jsonb->>'id' = 'mallory'`;

eachDatabase('A subscription from before scopes were enforced', (test) => {
  test('with a token of a client without a scope keeps none of its user’s rights', async (t, db) => {
    const issuer = await startIssuer(t);
    const before = await guarded(t, db, issuer);
    const { tenant } = before;
    await before.policy({ id: 'readers', who: { roles: ['reader'] }, may: ['read'] });
    const [theirs, pages] = [await receiver(t), await receiver(t)];
    for (const [sub, { url }] of [
      ['mallory', theirs],
      ['alice', pages],
    ] as const) {
      const made = await before.ask(await before.as({ sub, roles: ['reader'] }), 'POST', `${API}/subscriptions`, {
        type: 'Subscription',
        entities: [{ type: 'Lamp' }],
        notification: { endpoint: { uri: url } },
      });
      assert.equal(made.statusCode, 201, made.body);
    }
    await before.close();
    assert.equal((await db.query({ text: BY_A_PROGRAM, values: [tenant] })).rowCount, 1);

    const now = await guarded(t, db, issuer);
    const administrator = await now.as({ sub: 'root', roles: ['administrator'] });
    for (const number of [1, 2]) {
      const lamp = { id: `urn:ngsi-ld:Lamp:${number}`, type: 'Lamp', power: { type: 'Property', value: 1 } };
      assert.equal((await now.ask(administrator, 'POST', `${API}/entities`, lamp, tenant)).statusCode, 201);
    }
    await eventually('who subscribed by our own pages is notified', () => pages.bodies.length === 2);
    assert.deepEqual(theirs.bodies, []);
  });
});
