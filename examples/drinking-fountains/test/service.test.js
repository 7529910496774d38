import assert from 'node:assert/strict';
import { test } from 'node:test';

/* Asks a running product that has this service in SERVICES. With enforced access, ALZETTE_KEY is the key of an administrator. */

const { ALZETTE_URL = 'http://127.0.0.1:1026', ALZETTE_KEY } = process.env;
const FOUNTAIN = `urn:ngsi-ld:DrinkingFountain:${crypto.randomUUID()}`;

async function ask(method, path, body) {
  const answer = await fetch(ALZETTE_URL + path, {
    method,
    headers: {
      ...(ALZETTE_KEY && { 'x-api-key': ALZETTE_KEY }),
      ...(body && { 'content-type': 'application/json' }),
    },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: text.startsWith('{') || text.startsWith('[') ? JSON.parse(text) : text };
}

test('a check is recorded, listed, and told by the fountain', async (t) => {
  await ask('POST', '/ngsi-ld/v1/entities', { id: FOUNTAIN, type: 'DrinkingFountain' });
  t.after(() => ask('DELETE', `/ngsi-ld/v1/entities/${FOUNTAIN}`));
  const checks = `/x/fountains/${FOUNTAIN}/checks`;
  assert.equal((await ask('POST', checks, { isDrinkable: 'yes' })).status, 400);
  assert.equal((await ask('POST', checks, { isDrinkable: true })).status, 204);
  const { body } = await ask('GET', checks);
  assert.equal(body[0].isDrinkable, true);
  const fountain = await ask('GET', `/ngsi-ld/v1/entities/${FOUNTAIN}?options=keyValues`);
  assert.equal(fountain.body.isDrinkable, true);
});

test('its page in the portal is a module', async () => {
  const { status, body } = await ask('GET', '/x/fountains/portal/checks.js');
  assert.equal(status, 200);
  assert.match(body, /export async function mount/);
});
