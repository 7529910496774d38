import assert from 'node:assert/strict';
import { eachDatabase } from '../support/index.ts';
import { type Guarded, given, guarded, type Headers } from './guarded-broker.ts';
import { type Issuer, startIssuer } from './issuer.ts';

const OWN = '/ops/access/me/keys';
const TYPES = '/ngsi-ld/v1/types';
const LAMP = { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp', scope: '/Thil' };

eachDatabase('Two issuers', (test) => {
  test('a subject of one issuer gets neither policies nor keys of the same subject at the other', async (t, db) => {
    const [ours, theirs] = [await startIssuer(t), await startIssuer(t)];
    const broker = await guarded(t, db, ours, { issuers: [ours.url, theirs.url] });
    const { ask, as, admin, policy, tenant } = broker;
    const other = from(theirs);
    await given(broker, LAMP);
    const alice = `alice-${tenant}`;
    const who = { subjects: [alice] };
    await policy({ id: 'alice', who, may: ['read', 'write'], delegable: true });
    await policy({ id: 'client', who: { clients: ['app'] }, may: ['read'] });
    const mine = await as({ sub: alice, organisation: 'Thil' });
    const namesake = await other({ sub: alice, client_id: 'app', organisation: 'Thil' });
    assert.equal(await statusOf(broker, mine, TYPES), 200);
    assert.equal(await statusOf(broker, namesake, TYPES), 403, 'her rights');

    const { id, key } = (await ask(mine, 'POST', OWN, { title: 'Feed' })).json();
    await policy({ id: 'theirs', who: { issuers: [theirs.url], subjects: [alice] }, may: ['read'], delegable: true });
    assert.equal(await statusOf(broker, namesake, TYPES), 200, 'a policy for her by her issuer');
    const found = (await ask(namesake, 'GET', OWN)).json();
    assert.deepEqual(found.keys, [], 'her keys');
    assert.equal((await ask(namesake, 'POST', `${OWN}/${id}/rotate`, {})).statusCode, 404);
    assert.equal((await ask(namesake, 'DELETE', `${OWN}/${id}`)).statusCode, 404);
    const theirKey = (await ask(namesake, 'POST', OWN, { title: 'Theirs' })).json();
    await admin('DELETE', `/ops/access/policies/${tenant}.theirs`);
    assert.equal(await statusOf(broker, { 'x-api-key': theirKey.key }, TYPES), 403, 'a key holds as its maker does');
    assert.equal(await statusOf(broker, { 'x-api-key': key }, TYPES), 200);

    // A sign-out at one issuer does not affect the other.
    const gone = await admin('POST', '/ops/access/revocations', { subject: alice, issuer: theirs.url });
    assert.equal(gone.statusCode, 204, gone.body);
    assert.equal(await statusOf(broker, namesake, TYPES), 401);
    assert.equal(await statusOf(broker, { 'x-api-key': theirKey.key }, TYPES), 401);
    assert.equal(await statusOf(broker, mine, TYPES), 200);
    assert.equal(await statusOf(broker, { 'x-api-key': key }, TYPES), 200);
    const nowhere = await admin('POST', '/ops/access/revocations', {
      subject: alice,
      issuer: 'https://elsewhere.example',
    });
    assert.equal(nowhere.statusCode, 400);
    assert.match(nowhere.json().detail, /^issuer: /);
  });

  test('the administrator role of another issuer has no effect unless its roles are trusted', async (t, db) => {
    const [ours, theirs] = [await startIssuer(t), await startIssuer(t)];
    const issuers = [ours.url, theirs.url];
    const apart = await guarded(t, db, ours, { issuers });
    const trusting = await guarded(t, db, ours, { issuers, roleIssuers: [theirs.url] });
    await given(apart, LAMP);
    await apart.policy({ id: 'agents', who: { roles: ['agent'] }, may: ['read'] });
    await apart.policy({ id: 'groups', who: { groups: ['crew'] }, may: ['read'] });
    await apart.policy({ id: 'communes', who: { organisations: ['Thil'] }, may: ['read'] });
    await apart.policy({ id: 'own', who: { signedIn: true }, may: ['write'], scopeQ: '/{organisation}/#' });
    const other = from(theirs);
    const administrator = await other({ roles: ['administrator'] });
    for (const claims of [{ roles: ['agent'] }, { groups: ['crew'] }, { organisation: 'Thil' }]) {
      assert.equal(await statusOf(apart, await other(claims), TYPES), 403, JSON.stringify(claims));
      assert.equal(await statusOf(apart, await apart.as(claims), TYPES), 200);
    }
    assert.equal(await statusOf(apart, administrator, '/ops/access/keys'), 403);
    const patch = { name: { type: 'Property', value: 'x' } };
    const write = async (headers: Headers) =>
      (await apart.ask(headers, 'PATCH', `/ngsi-ld/v1/entities/${LAMP.id}`, patch)).statusCode;
    assert.equal(await write(await other({ organisation: 'Thil' })), 403, 'the organisation in the scope of a policy');
    assert.equal(await write(await apart.as({ organisation: 'Thil' })), 204);

    const asked = (headers: Headers, url: string) => trusting.ask(headers, 'GET', url, undefined, apart.tenant);
    assert.equal((await asked(await other({ roles: ['agent'] }), TYPES)).statusCode, 200);
    assert.equal((await asked(administrator, '/ops/access/keys')).statusCode, 200);
    // The explanation of rights says so.
    const explained = async (issuer: string) =>
      (await apart.admin('GET', `/ops/access/explain?action=administer&roles=administrator&issuer=${issuer}`)).json();
    assert.equal((await explained(ours.url)).allowed, true);
    assert.equal((await explained(theirs.url)).allowed, false);
  });
});

function from(issuer: Issuer) {
  return async (claims: Record<string, unknown>) => ({ authorization: `Bearer ${await issuer.token(claims)}` });
}

async function statusOf({ ask }: Guarded, headers: Headers, url: string): Promise<number> {
  return (await ask(headers, 'GET', url)).statusCode;
}
