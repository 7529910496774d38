import assert from 'node:assert/strict';
import { test } from 'node:test';
import { startGuardedPlatform } from './support/guarded-platform.ts';

const PARKING = 'https://smartdatamodels.org/dataModel.Parking/OffStreetParking';
const LAMP = 'https://smartdatamodels.org/dataModel.Streetlighting/Streetlight';
const RULE = {
  id: 'urn:ngsi-ld:Rule:full',
  name: { fr: 'Complet', en: 'Full' },
  scope: { types: ['OffStreetParking'] },
  when: { attr: 'availableSpotNumber', op: '==', value: 0 },
  clear: { whenOver: true },
  severity: 'low',
};
const BOARD = {
  title: 'Parking',
  roles: [],
  period: '7d',
  widgets: [
    {
      ...{ id: 'a', kind: 'number', title: 'Spaces', x: 0, y: 0, w: 3, h: 2 },
      question: { type: 'OffStreetParking', measure: { kind: 'count' } },
    },
  ],
};
const DATASET = {
  title: { fr: 'Parcs' },
  description: { fr: 'Les parcs de stationnement' },
  keywords: ['parking'],
  theme: 'TRAN',
  licence: 'lov2',
  contact: { name: 'Régie', email: 'data@example.org' },
  source: { types: ['OffStreetParking'], content: { kind: 'current' } },
  columns: [{ name: 'nom', attribute: 'name', kind: 'text', title: { fr: 'Nom' } }],
  geometry: true,
  frequency: 'hourly',
};
const MAINTENANCE = {
  types: ['OffStreetParking'],
  from: '2026-01-01T00:00:00Z',
  to: '2100-01-01T00:00:00Z',
  reason: 'x',
};
/** Lists are empty for strangers, and what is set up does not exist. */
const LISTS = [
  '/rules',
  '/rules/maintenance',
  '/dashboards',
  '/dashboards/questions',
  '/opendata/datasets',
  '/waste/rounds',
];
const CLOSED = [
  `/rules/${RULE.id}`,
  `/rules/${RULE.id}/versions`,
  '/dashboards/parking',
  '/opendata/datasets/parking',
  '/insights/uses',
  '/assistant',
  '/waste/settings',
  '/energy/settings',
  '/alarms/service-levels',
];

test('a policy that lets anyone read one type opens no desk to strangers, nor drafts to who only reads', async (t) => {
  const { app, authorizationOf } = await startGuardedPlatform(t);
  const administrator = { authorization: await authorizationOf('root', 'administrator') };
  const ask = async (method: 'GET' | 'POST' | 'PUT', url: string, headers: object, payload?: object) => {
    const answer = await app.inject({ method, url, headers: { ...headers }, ...(payload && { payload }) });
    return { status: answer.statusCode, text: answer.body };
  };
  const open = { who: { anyone: true }, may: ['read'], types: [PARKING] };
  const lamps = { who: { roles: ['lamps'] }, may: ['read', 'write'], types: [LAMP] };
  const parking = { who: { roles: ['parking'] }, may: ['read', 'write'], types: [PARKING] };
  for (const [method, url, payload] of [
    ['PUT', '/ops/access/policies/open', open],
    ['PUT', '/ops/access/policies/lamps', lamps],
    ['PUT', '/ops/access/policies/parking', parking],
    ['POST', '/rules', RULE],
    ['POST', '/rules/maintenance', MAINTENANCE],
    ['PUT', '/dashboards/parking', BOARD],
    ['PUT', '/opendata/datasets/parking', DATASET],
    ['PUT', '/dashboards/questions/spaces', { title: 'Spaces', question: BOARD.widgets[0]?.question }],
  ] as const) {
    const { status, text } = await ask(method, url, administrator, payload);
    assert.ok(status < 300, `${url} ${text}`);
  }
  for (const url of LISTS) {
    const { status, text } = await ask('GET', url, {});
    assert.equal(status, 200, `${url} ${text}`);
    assert.deepEqual(Object.values(JSON.parse(text)), [[]], url);
  }
  for (const url of CLOSED) {
    assert.equal((await ask('GET', url, {})).status, 404, url);
    assert.equal((await ask('GET', url, administrator)).status, 200, url);
  }
  const view = { name: 'x', format: 'csv', columns: [{ name: 'a', kind: 'text' }], rows: [{ id: '1', values: ['b'] }] };
  assert.equal((await ask('POST', '/opendata/exports', {}, view)).status, 401);
  const draft = async (role: string) =>
    (await ask('GET', '/opendata/datasets/parking', { authorization: await authorizationOf(role, role) })).status;
  assert.deepEqual([await draft('lamps'), await draft('parking')], [404, 200]);
});
