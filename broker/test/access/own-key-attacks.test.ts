import assert from 'node:assert/strict';
import type { TestContext } from 'node:test';
import type { Database } from '../../src/database/database.ts';
import { eachDatabase } from '../support/index.ts';
import { guarded } from './guarded-broker.ts';
import { startIssuer } from './issuer.ts';

const OWN = '/ops/access/me/keys';
const TYPES = '/ngsi-ld/v1/types';
const MAX_KEYS = 25;

async function provider(t: TestContext, db: Database) {
  const broker = await guarded(t, db, await startIssuer(t));
  const { admin, as, ask, policy, tenant } = broker;
  await admin('POST', '/ngsi-ld/v1/entities', { id: 'urn:ngsi-ld:Lamp:1', type: 'Lamp' });
  const sub = `provider-${tenant}`;
  await policy({ id: 'feed', who: { subjects: [sub] }, may: ['read'], delegable: true });
  const headers = await as({ sub });
  const make = (title: string, more: object = {}) => ask(headers, 'POST', OWN, { title, ...more });
  const rotate = (id: string, overlapMinutes: number) =>
    ask(headers, 'POST', `${OWN}/${id}/rotate`, { overlapMinutes });
  const works = async (key: string) => (await ask({ 'x-api-key': key }, 'GET', TYPES)).statusCode;
  return { ...broker, sub, headers, make, rotate, works };
}

eachDatabase('Attacks with keys of users', (test) => {
  test('an expired key can’t be revived or extended by rotating it', async (t, db) => {
    const { admin, make, rotate, works } = await provider(t, db);
    const soon = (ms: number) => new Date(Date.now() + ms).toISOString();
    const brief = (await make('Brief', { expiresAt: soon(1500) })).json();
    assert.equal(await works(brief.key), 200);
    await new Promise((resolve) => setTimeout(resolve, 1600));
    assert.equal(await works(brief.key), 401);
    const revived = await rotate(brief.id, 60);
    assert.equal(revived.statusCode, 404, revived.body);
    assert.equal(await works(brief.key), 401);

    const hours = (await make('Hours', { expiresAt: soon(3_600_000) })).json();
    assert.equal((await rotate(hours.id, 7 * 24 * 60)).statusCode, 201);
    const kept = (await admin('GET', `/ops/access/keys/${hours.id}`)).json();
    assert.equal(kept.expiresAt, hours.expiresAt);
  });

  test('the limit on keys holds for rotation and concurrent requests', async (t, db) => {
    const { make, rotate } = await provider(t, db);
    const made = await Promise.all(Array.from({ length: MAX_KEYS + 5 }, (_, n) => make(`Key ${n}`)));
    const ids = made.filter(({ statusCode }) => statusCode === 201).map((answer) => answer.json().id);
    assert.equal(ids.length, MAX_KEYS);
    const beyond = await rotate(ids[0], 60);
    assert.equal(beyond.statusCode, 403, beyond.body);
    assert.match(beyond.json().detail, /25 keys already/);
    assert.equal((await rotate(ids[0], 0)).statusCode, 201, 'in place of one that counts no more');
    assert.equal((await make('One more')).statusCode, 403);
  });

  test('the token of an old sign-in can’t create a permanent key', async (t, db) => {
    const { ask, as, headers, make, sub, works } = await provider(t, db);
    const now = Math.floor(Date.now() / 1000);
    const own = (await make('Own')).json();
    const administrator = await as({ roles: ['administrator'] });
    const other = (await ask(administrator, 'POST', '/ops/access/keys', { title: 'Other' })).json();
    const claims = { sub, roles: ['administrator'] };
    for (const auth_time of [now - 3600, undefined, 'now']) {
      const old = await as({ ...claims, auth_time });
      for (const [method, url, body] of [
        ['POST', OWN, { title: 'x' }],
        ['POST', `${OWN}/${own.id}/rotate`, {}],
        ['POST', '/ops/access/keys', { title: 'x', roles: ['administrator'] }],
        ['PUT', `/ops/access/keys/${other.id}`, { title: 'x', roles: ['administrator'] }],
      ] as const) {
        const answer = await ask(old, method, url, body);
        assert.equal(answer.statusCode, 401, `${method} ${url}: ${answer.body}`);
        const challenge = String(answer.headers['www-authenticate']);
        assert.match(challenge, /error="insufficient_user_authentication".*max_age="600"/);
        assert.match(answer.json().detail, /sign in again/);
      }
      assert.equal((await ask(old, 'GET', OWN)).statusCode, 200);
    }
    assert.equal(await works(own.key), 200, 'what there was is as it was');
    const old = await as({ ...claims, auth_time: now - 3600 });
    assert.equal((await ask(old, 'DELETE', `${OWN}/${own.id}`)).statusCode, 204, 'one may always take one back');
    assert.equal((await ask(headers, 'POST', OWN, { title: 'Again' })).statusCode, 201);
  });
});
