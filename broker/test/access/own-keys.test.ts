import assert from 'node:assert/strict';
import { eachDatabase } from '../support/index.ts';
import { given, guarded } from './guarded-broker.ts';
import { startIssuer } from './issuer.ts';

const OWN = '/ops/access/me/keys';
const LAMPS = '/ngsi-ld/v1/entities?type=Lamp&options=keyValues';

eachDatabase('Keys that users create', (test) => {
  test('have only the rights that policies let their owner delegate', async (t, db) => {
    const broker = await guarded(t, db, await startIssuer(t));
    const { admin, ask, as, policy, tenant } = broker;
    const who = { roles: ['provider'] };
    const id = (name: string) => `${tenant}.${name}`;
    await policy({
      id: 'feed',
      who,
      may: ['read', 'write'],
      types: ['Lamp'],
      scopeQ: '/{organisation}/#',
      delegable: true,
    });
    await policy({ id: 'bins', who, may: ['read'], types: ['Bin'], delegable: true });
    await policy({ id: 'people', who, may: ['read'], types: ['Person'] });
    const lamp = (name: string, commune: string) => ({
      id: `urn:ngsi-ld:Lamp:${name}`,
      type: 'Lamp',
      scope: `/${commune}`,
    });
    await given(broker, lamp('own', 'Thil'), lamp('foreign', 'Aumetz'), { id: 'urn:ngsi-ld:Bin:1', type: 'Bin' });
    await given(broker, { id: 'urn:ngsi-ld:Person:1', type: 'Person' });
    const provider = await as({
      sub: `p-${tenant}`,
      roles: ['provider', 'administrator'].slice(0, 1),
      organisation: 'Thil',
    });

    const offer = (await ask(provider, 'GET', OWN)).json();
    const offered = offer.delegable
      .map((each: { id: string }) => each.id)
      .filter((each: string) => each.startsWith(tenant));
    assert.deepEqual(offered, [id('bins'), id('feed')]);
    const made = await ask(provider, 'POST', OWN, { title: 'Feed', scopes: ['read', 'write'], policies: [id('feed')] });
    assert.equal(made.statusCode, 201, made.body);
    const { key, id: keyId, expiresAt } = made.json();
    assert.ok(Date.parse(expiresAt) <= Date.now() + 366 * 86_400_000);
    const byKey = { 'x-api-key': key };
    const seen = async (headers: Record<string, string>, url: string) => {
      const answer = await ask(headers, 'GET', url);
      return answer.statusCode === 200 ? answer.json().map((each: { id: string }) => each.id) : answer.statusCode;
    };
    assert.deepEqual(await seen(byKey, LAMPS), ['urn:ngsi-ld:Lamp:own']);
    assert.deepEqual(await seen(byKey, '/ngsi-ld/v1/entities?type=Bin'), [], 'a policy that was not named');
    assert.deepEqual(await seen(byKey, '/ngsi-ld/v1/entities?type=Person'), [], 'one that lets delegate nothing');
    assert.deepEqual(await seen(provider, '/ngsi-ld/v1/entities?type=Person'), ['urn:ngsi-ld:Person:1']);
    assert.equal((await ask(byKey, 'POST', '/ngsi-ld/v1/entities', lamp('new', 'Thil'))).statusCode, 201);
    assert.equal((await ask(byKey, 'POST', '/ngsi-ld/v1/entities', lamp('other', 'Aumetz'))).statusCode, 403);
    assert.equal((await ask(byKey, 'POST', OWN, { title: 'More' })).statusCode, 403, 'keys make no keys');
    assert.equal((await ask(byKey, 'GET', '/ops/access/keys')).statusCode, 403);

    for (const [body, member] of [
      [{}, 'title'],
      [{ title: 'x', policies: [id('people')] }, 'policies'],
      [{ title: 'x', scopes: ['administer'] }, 'scopes'],
      [{ title: 'x', policies: [id('bins')], scopes: ['write'] }, 'scopes'],
      [{ title: 'x', expiresAt: '2100-01-01T00:00:00Z' }, 'expiresAt'],
      [{ title: 'x', roles: ['administrator'] }, 'roles'],
      [{ title: 'x', owner: { subject: 'root' } }, 'owner'],
      [{ title: 'x', addresses: ['nowhere'] }, 'addresses'],
    ] as const) {
      const answer = await ask(provider, 'POST', OWN, body);
      assert.equal(answer.statusCode, 400, answer.body);
      assert.match(answer.json().detail, new RegExp(member));
    }

    // A colleague of the organisation sees and rotates it; others, and callers without delegation, can't.
    const colleague = await as({ sub: `c-${tenant}`, roles: ['provider'], organisation: 'Thil' });
    const stranger = await as({ sub: `s-${tenant}`, roles: ['provider'], organisation: 'Aumetz' });
    const citizen = await as({ sub: `z-${tenant}`, roles: ['citizen'] });
    const [listed] = (await ask(colleague, 'GET', OWN)).json().keys;
    assert.deepEqual([listed.id, listed.isMine, listed.usage.requests > 3], [keyId, false, true]);
    assert.equal(JSON.stringify(listed).includes(key), false);
    assert.deepEqual((await ask(stranger, 'GET', OWN)).json().keys, []);
    assert.equal((await ask(stranger, 'DELETE', `${OWN}/${keyId}`)).statusCode, 404);
    assert.equal((await ask(citizen, 'POST', OWN, { title: 'x' })).statusCode, 403);
    assert.equal((await ask({}, 'GET', OWN)).statusCode, 401);
    const rotated = await ask(colleague, 'POST', `${OWN}/${keyId}/rotate`, {});
    assert.equal(rotated.statusCode, 201, rotated.body);
    assert.equal(await seen(byKey, LAMPS), 401);
    const next = { 'x-api-key': rotated.json().key };
    assert.equal((await seen(next, LAMPS)).length, 2);
    const overlapping = await ask(colleague, 'POST', `${OWN}/${rotated.json().id}/rotate`, { overlapMinutes: 60 });
    assert.equal((await seen(next, LAMPS)).length, 2, 'the one before counts for an hour');
    const last = { 'x-api-key': overlapping.json().key };

    // Changes by administrators apply to it, and it ends with the rights of its owner.
    const other = { title: 'Feed', scopes: ['read'], roles: ['administrator'] };
    assert.equal((await admin('PUT', `/ops/access/keys/${overlapping.json().id}`, other)).statusCode, 204);
    assert.equal(await seen(last, LAMPS), 403, 'roles without the policy give it nothing');
    assert.equal((await ask(last, 'GET', '/ops/access/keys')).statusCode, 403);
    await admin('DELETE', `/ops/access/policies/${id('feed')}`);
    assert.equal(await seen(next, LAMPS), 403);
    await policy({ id: 'feed', who, may: ['read'], types: ['Lamp'], delegable: true });
    assert.equal((await seen(next, LAMPS)).length, 3);
    await admin('POST', '/ops/access/revocations', { subject: `c-${tenant}` });
    assert.equal(await seen(next, LAMPS), 401);
    const audited = (await admin('GET', `/ops/audit?object=${keyId}`)).json().entries;
    assert.deepEqual(
      audited.map(({ action }: { action: string }) => action),
      ['key.rotate', 'key.create'],
    );
    const wrong = { id: 'x', who, may: ['administer'], delegable: true };
    assert.equal((await admin('POST', '/ops/access/policies', wrong)).statusCode, 400);
  });
});
