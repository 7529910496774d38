import assert from 'node:assert/strict';
import { createBroker } from '../../src/main.ts';
import { eachDatabase } from '../support/index.ts';

eachDatabase('4.3.6.4 The name of a broker in Via', (test) => {
  test('differs from that of another installation, so that requests between them are no loop', async (t, db) => {
    const aliases = [];
    for (const publicUrl of ['http://one.example.org', 'http://other.example.org']) {
      const broker = await createBroker({ db, publicUrl, offline: true });
      t.after(() => broker.close());
      aliases.push((await broker.app.inject('/ngsi-ld/v1/info/sourceIdentity')).json().contextSourceAlias);
    }
    assert.equal(aliases.length, new Set(aliases).size, aliases.join());
    assert.match(aliases[0], /^alzette-/);
  });
});
