import assert from 'node:assert/strict';
import { eachDatabase } from '../support/index.ts';
import { given, guarded } from './guarded-broker.ts';
import { startIssuer } from './issuer.ts';

const API = '/ngsi-ld/v1';
const lamp = (id: string, more: object = {}) => ({
  id: `urn:ngsi-ld:Lamp:${id}`,
  type: 'Lamp',
  scope: '/Villerupt',
  brightness: { type: 'Property', value: 1 },
  operator: { type: 'Property', value: 'hush' },
  ...more,
});

eachDatabase('Writes by callers with rights to a part', (test) => {
  test('a forbidden write is refused with the name of what is forbidden, and nothing is changed', async (t, db) => {
    const broker = await guarded(t, db, await startIssuer(t));
    const { ask, admin, as, policy } = broker;
    const who = { roles: ['agent'] };
    await policy({
      id: 'read',
      who,
      may: ['read'],
      types: ['Lamp'],
      scopeQ: '/Villerupt/#',
      exceptAttributes: ['operator'],
    });
    await policy({
      id: 'write',
      who,
      may: ['write'],
      types: ['Lamp'],
      scopeQ: '/Villerupt/#',
      attributes: ['brightness', 'note'],
    });
    await given(broker, lamp('own'), lamp('foreign', { scope: '/Aumetz' }), { ...lamp('bench'), type: 'Bench' });
    const agent = await as(who);
    const own = `${API}/entities/urn:ngsi-ld:Lamp:own`;
    const whole = async (id: string) =>
      (await admin('GET', `${API}/entities/urn:ngsi-ld:Lamp:${id}?options=keyValues`)).json();

    const allowed = await ask(agent, 'PATCH', `${own}/attrs`, { brightness: { type: 'Property', value: 2 } });
    assert.equal(allowed.statusCode, 204, allowed.body);
    assert.deepEqual([(await whole('own')).brightness, (await whole('own')).operator], [2, 'hush']);

    const refused: [
      method: 'POST' | 'PATCH' | 'PUT' | 'DELETE',
      url: string,
      body: unknown,
      status: number,
      lacking: RegExp,
    ][] = [
      [
        'POST',
        `${own}/attrs`,
        { operator: { type: 'Property', value: 'x' } },
        403,
        /write attribute \S*operator of entity/,
      ],
      [
        'POST',
        `${own}/attrs`,
        { colour: { type: 'Property', value: 'x' } },
        403,
        /write attribute \S*colour of entity/,
      ],
      ['POST', `${own}/attrs?options=noOverwrite`, { operator: { type: 'Property', value: 'x' } }, 403, /operator/],
      // What the caller can neither see nor write does not exist for them.
      ['PATCH', `${own}/attrs/operator`, { value: 'x' }, 404, /operator/],
      ['DELETE', `${own}/attrs/operator`, undefined, 404, /operator/],
      ['PATCH', own, { scope: '/Aumetz' }, 403, /as it would be|scopes/],
      ['PATCH', own, { type: 'Bench' }, 403, /types/],
      ['DELETE', own, undefined, 403, /all attributes of entity/],
      ['PATCH', `${API}/entities/urn:ngsi-ld:Lamp:foreign`, { brightness: 3 }, 404, /no entity/],
      ['DELETE', `${API}/entities/urn:ngsi-ld:Lamp:foreign`, undefined, 404, /no entity/],
      ['POST', `${API}/entities`, lamp('foreign'), 403, /write entity/],
      ['POST', `${API}/entities`, lamp('new'), 403, /write attribute \S*operator/],
      ['POST', `${API}/entities`, { ...lamp('new'), scope: '/Aumetz' }, 403, /as it would be/],
      ['POST', `${API}/entities`, { id: 'urn:ngsi-ld:Bin:1', type: 'Bin' }, 403, /of type \S*Bin/],
      ['DELETE', `${API}/entities?type=Lamp`, undefined, 403, /all attributes/],
      [
        'POST',
        `${API}/temporal/entities/urn:ngsi-ld:Lamp:own/attrs`,
        { operator: [{ type: 'Property', value: 'x', observedAt: '2020-01-01T00:00:00Z' }] },
        403,
        /operator/,
      ],
      [
        'DELETE',
        `${API}/temporal/entities/urn:ngsi-ld:Lamp:own/attrs/operator?deleteAll=true`,
        undefined,
        403,
        /operator/,
      ],
      ['DELETE', `${API}/temporal/entities/urn:ngsi-ld:Lamp:own`, undefined, 403, /all attributes/],
      ['DELETE', `${API}/temporal/entities/urn:ngsi-ld:Lamp:foreign`, undefined, 404, /foreign/],
    ];
    const before = [await whole('own'), await whole('foreign')];
    for (const [method, url, body, status, lacking] of refused) {
      const answer = await ask(agent, method, url, body);
      assert.equal(answer.statusCode, status, `${method} ${url} ${answer.body}`);
      assert.match(answer.json().detail, lacking);
      assert.equal(answer.body.includes('hush'), false);
    }
    assert.deepEqual([await whole('own'), await whole('foreign')], before);
    assert.equal((await admin('GET', `${API}/entities/urn:ngsi-ld:Lamp:new`)).statusCode, 404);
  });

  test('a replacement keeps hidden attributes, and a batch applies the permitted items', async (t, db) => {
    const broker = await guarded(t, db, await startIssuer(t));
    const { ask, admin, as, policy } = broker;
    const who = { roles: ['agent'] };
    await policy({
      id: 'both',
      who,
      may: ['read', 'write'],
      types: ['Lamp'],
      scopeQ: '/Villerupt/#',
      exceptAttributes: ['operator'],
    });
    await given(broker, lamp('own'), lamp('foreign', { scope: '/Aumetz' }));
    const agent = await as(who);
    const { operator: _operator, ...visible } = lamp('own', { brightness: { type: 'Property', value: 7 } });
    const url = `${API}/entities/urn:ngsi-ld:Lamp:own`;
    assert.equal((await ask(agent, 'PUT', url, visible)).statusCode, 204);
    const kept = (await admin('GET', `${url}?options=keyValues`)).json();
    assert.deepEqual([kept.brightness, kept.operator], [7, 'hush']);

    const fragments = ['own', 'foreign', 'none'].map((id) => ({
      id: `urn:ngsi-ld:Lamp:${id}`,
      brightness: { type: 'Property', value: 8 },
    }));
    const batch = await ask(agent, 'POST', `${API}/entityOperations/merge`, fragments);
    assert.equal(batch.statusCode, 207, batch.body);
    assert.deepEqual(batch.json().success, ['urn:ngsi-ld:Lamp:own']);
    assert.equal(batch.json().errors.length, 2);
    assert.equal(
      (await admin('GET', `${API}/entities/urn:ngsi-ld:Lamp:foreign?options=keyValues`)).json().brightness,
      1,
    );
  });
});
