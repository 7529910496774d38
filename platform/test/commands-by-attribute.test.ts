import assert from 'node:assert/strict';
import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { startGuardedPlatform } from './support/guarded-platform.ts';

/** Sends a request, and closes the connection without waiting for its answer. */
async function sendAndLeave(url: string, path: string, body: string, headers: Record<string, string>): Promise<void> {
  const request = httpRequest(new URL(path, url), { method: 'POST', headers });
  request.on('error', () => {}); // it is closed here
  request.end(body);
  await once(request, 'finish');
  request.destroy();
}

/*
 * With enforced access, the agents' own subscriptions still notify them of commands by attributes, and no other sender
 * is accepted.
 */
test('a command by an attribute reaches its device where access is enforced', async (t) => {
  const platform = await startGuardedPlatform(t);
  const authorization = await platform.authorizationOf('operator', 'administrator');
  const headers = { authorization, 'content-type': 'application/json', 'fiware-servicepath': '/' };
  const post = (url: string, payload: unknown, more: Record<string, string> = {}) =>
    platform.app.inject({ method: 'POST', url, headers: { ...headers, ...more }, payload: JSON.stringify(payload) });

  const commands = [{ name: 'ping', type: 'command' }];
  const groups = [{ apikey: 'k1', resource: '/iot/json', entity_type: 'Device', commands }];
  const service = { 'fiware-service': 'town' };
  const made = await post('/iot/groups', { groups }, service);
  assert.equal(made.statusCode, 201, made.body);
  const devices = [{ device_id: 'd1', transport: 'HTTP', polling: true }];
  assert.equal((await post('/iot/devices', { devices }, service)).statusCode, 201);

  const id = 'urn:ngsi-ld:Device:d1';
  const patched = await platform.app.inject({
    method: 'PATCH',
    url: `/ngsi-ld/v1/entities/${id}/attrs/ping`,
    headers: {
      ...headers,
      'ngsild-tenant': 'town',
      link: `<${platform.publicUrl}/contexts/territory/v1.jsonld>; rel="http://www.w3.org/ns/json-ld#context"`,
    },
    payload: JSON.stringify({ value: 'left' }),
  });
  assert.equal(patched.statusCode, 204, patched.body);
  const sentCommand = await eventually('the command', async () => {
    const { body } = await platform.app.inject({ url: '/iot/json?k=k1&i=d1&getCmd=1' });
    return body === '{}' ? undefined : body;
  });
  assert.deepEqual(JSON.parse(sentCommand), { ping: 'left' });

  // The caller is recorded, as for commands by the agents' own API.
  const asked = { entityId: id, command: 'ping', value: 'right' };
  assert.equal((await post('/iot/commands', asked, { 'ngsild-tenant': 'town' })).statusCode, 202);
  const context = { 'ngsild-tenant': 'town', 'content-type': 'application/ld+json' };
  const fragment = { '@context': `${platform.publicUrl}/contexts/territory/v1.jsonld`, ping: { value: 'left again' } };
  const again = await platform.app.inject({
    method: 'PATCH',
    url: `/ngsi-ld/v1/entities/${id}/attrs`,
    headers: { ...context, authorization },
    payload: JSON.stringify(fragment),
  });
  assert.equal(again.statusCode, 204, again.body);
  // The attacker renames the command by their own @context, to avoid the audit.
  const harmless = { harmless: 'https://uri.etsi.org/ngsi-ld/default-context/ping' };
  const hidden = await platform.app.inject({
    method: 'POST',
    url: '/ngsi-ld/v1/entityOperations/merge',
    headers: { ...context, authorization },
    payload: JSON.stringify([{ '@context': harmless, id, type: 'Device', harmless: 'left by an alias' }]),
  });
  assert.equal(hidden.statusCode, 204, hidden.body);
  // The attacker goes away before the answer, and puts an item beside it whose @context nobody can read.
  const left = JSON.stringify([
    { '@context': harmless, id, type: 'Device', harmless: 'left without waiting' },
    { '@context': `${platform.publicUrl}/contexts/none.jsonld`, id: `${id}:other`, type: 'Device' },
  ]);
  await sendAndLeave(platform.publicUrl, '/ngsi-ld/v1/entityOperations/upsert?options=update', left, {
    ...context,
    authorization,
  });
  // A write of an attribute that is not a command is not audited.
  await post(`/ngsi-ld/v1/entities/${id}/attrs`, { name: { value: 'x' } }, { 'ngsild-tenant': 'town' });
  const acts = await eventually('five entries', async () => {
    const { entries } = (await platform.app.inject({ url: '/ops/audit', headers })).json();
    const own = entries.filter(({ object }: { object: string }) => /entities|entityOperations|commands/.test(object));
    return own.length < 5 ? undefined : own;
  });
  const shown = acts.map(({ actor, action, object, tenant, outcome, details }: Record<string, unknown>) => ({
    ...{ actor, action, object, tenant, outcome, details },
  }));
  const pings = { [id]: ['ping'] };
  const entry = { actor: 'token:operator', action: 'PATCH', tenant: 'town', outcome: 'done' };
  const url = `/ngsi-ld/v1/entities/${id}/attrs`;
  assert.deepEqual(shown.reverse(), [
    { ...entry, object: `${url}/ping`, details: { status: 204, commands: pings } },
    { ...entry, action: 'POST', object: '/iot/commands', details: { status: 202 } },
    { ...entry, object: url, details: { status: 204, commands: pings } },
    {
      ...entry,
      action: 'POST',
      object: '/ngsi-ld/v1/entityOperations/merge',
      details: { status: 204, commands: pings },
    },
    {
      ...entry,
      action: 'POST',
      object: '/ngsi-ld/v1/entityOperations/upsert',
      details: { status: 207, commands: pings },
    },
  ]);
  await eventually('all five commands', async () => {
    const { count } = (await platform.app.inject({ url: `/iot/commands?entityId=${id}`, headers })).json();
    return count === 5;
  });
  await platform.app.inject({ url: '/iot/json?k=k1&i=d1&getCmd=1' });

  const forged = { data: [{ id, type: 'Device', ping: { type: 'Property', value: 'forged' } }] };
  for (const url of ['/iot/notify', '/iot/notify/configuration']) {
    for (const shown of [undefined, 'guessed']) {
      const refused = await post(url, forged, shown === undefined ? {} : { 'x-notify-secret': shown });
      assert.equal(refused.statusCode, 401, refused.body);
      assert.match(refused.body, /own subscriptions/);
    }
  }
  assert.equal((await platform.app.inject({ url: '/iot/json?k=k1&i=d1&getCmd=1' })).body, '{}');
});
