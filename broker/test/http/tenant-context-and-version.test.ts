import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LINK, STREETLIGHT, startInterop, TERRITORY, warningsOf } from '../support/interop.ts';

test('a tenant has a default @context: short names work, answers name it, and unknown names are reported', async (t) => {
  const { ask, tenant } = await startInterop(t);
  const id = 'urn:ngsi-ld:Streetlight:1';
  const lamp = { id, type: 'Streetlight', powerState: { type: 'Property', value: 'on' } };
  assert.equal((await ask('POST', '/entities', lamp, { link: LINK })).statusCode, 201);

  const before = await ask('GET', '/entities?type=Streetlight');
  assert.deepEqual([before.json(), warningsOf(before)], [[], []]); // there are no warnings unless requested

  const faulty = await ask('PUT', `/ops/tenants/${tenant}/interop`, { defaultContext: 'territory' });
  assert.match(faulty.json().detail, /defaultContext: got "territory"/);
  assert.equal((await ask('PUT', `/ops/tenants/${tenant}/interop`, { defaultContext: TERRITORY })).statusCode, 204);
  assert.deepEqual((await ask('GET', `/ops/tenants/${tenant}`)).json().interop, { defaultContext: TERRITORY });
  const setting = await ask('GET', `/ops/tenants/${tenant}/interop`);
  assert.deepEqual([setting.statusCode, setting.json()], [200, { defaultContext: TERRITORY }]);
  assert.equal((await ask('GET', '/ops/tenants/unknown/interop')).statusCode, 404);

  const found = await ask('GET', '/entities?type=Streetlight');
  assert.deepEqual(found.json(), [lamp]);
  assert.equal(found.headers.link, LINK);
  assert.deepEqual(warningsOf(found), []);
  const created = await ask('POST', '/entities', { ...lamp, id: `${id}2` });
  assert.equal(created.headers.link, LINK);

  const core =
    '<https://uri.etsi.org/ngsi-ld/v1/ngsi-ld-core-context-v1.9.jsonld>; rel="http://www.w3.org/ns/json-ld#context"';
  const strayed = await ask('GET', '/entities?type=Streetlight&q=powerState==%22on%22', undefined, { link: core });
  assert.deepEqual(strayed.json(), []);
  assert.equal(warningsOf(strayed).length, 2);
  assert.match(
    String(warningsOf(strayed)[0]),
    new RegExp(`Streetlight means .*default-context/Streetlight.*${STREETLIGHT}`),
  );

  assert.equal((await ask('DELETE', `/ops/tenants/${tenant}/interop`)).statusCode, 204);
  assert.deepEqual((await ask('GET', '/entities?type=Streetlight')).json(), []);
});

test('a tenant may be answered in the version of the draft, unless a client prefers another', async (t) => {
  const { ask, tenant } = await startInterop(t);
  const id = 'urn:ngsi-ld:ContextSourceRegistration:draft';
  const information = [{ entities: [{ type: 'Lamp' }], propertyNames: ['on'] }];
  const registration = { id, type: 'ContextSourceRegistration', information, endpoint: 'http://127.0.0.1:9' };
  assert.equal((await ask('POST', '/csourceRegistrations', registration)).statusCode, 201);
  const names = async (prefer?: string) => {
    const answer = await ask('GET', `/csourceRegistrations/${id}`, undefined, prefer === undefined ? {} : { prefer });
    return Object.keys(answer.json().information[0]).filter((member) => member !== 'entities');
  };
  assert.deepEqual(await names(), ['propertyNames']);
  const faulty = await ask('PUT', `/ops/tenants/${tenant}/interop`, { version: '3.0' });
  assert.match(faulty.json().detail, /^version: got "3.0", expected 1.9 or 2.0/);
  assert.equal((await ask('PUT', `/ops/tenants/${tenant}/interop`, { version: '2.0' })).statusCode, 204);
  assert.deepEqual((await ask('GET', `/ops/tenants/${tenant}/interop`)).json(), { version: '2.0' });
  assert.deepEqual(await names(), ['attributeNames']);
  assert.deepEqual(await names('ngsi-ld=1.9'), ['propertyNames']);
  // It is not lenient because of that.
  assert.equal((await ask('GET', '/entities?type=Lamp&nothing=1')).statusCode, 400);
});
