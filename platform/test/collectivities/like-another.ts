import assert from 'node:assert/strict';
import type { AskProduct } from '@alzette/packs/kinds';
import { BENCH_CATEGORY } from '../support/sample-documents.ts';
import { madeUp } from './founded.ts';

type Ask = (
  method: Parameters<AskProduct>[0],
  url: string,
  payload?: object,
  tenant?: string,
) => Promise<{ readonly status: number; readonly body: unknown }>;

/** In each text of the model that must not travel. */
const SECRET = 'ada-of-aalt';
const LAMPS = {
  title: 'Lamps',
  roles: ['aalt.operator'],
  period: '30d',
  widgets: [{ id: 'all', kind: 'text', title: 'All', x: 0, y: 0, w: 3, h: 2, text: 'Of all communes' }],
};
const RULE = {
  name: { fr: 'Fontaine à sec', en: 'Dry fountain' },
  scope: { types: ['DrinkingFountain'] },
  when: { attr: 'level', op: '<', value: 3 },
  clear: { when: { attr: 'level', op: '>', value: 3.3 }, for: 'PT10M' },
  severity: 'low',
  category: 'water',
  text: { fr: '{entity} est à sec', en: '{entity} is dry' },
};
const ruleOf = (name: string, others: object = {}) => ({ ...RULE, id: `urn:ngsi-ld:Rule:${name}`, ...others });

/** What a collectivity has: some of it is of people and places. */
const OF_AALT: readonly (readonly [method: 'PUT' | 'POST', path: string, body: object])[] = [
  ['PUT', '/channels/recipients/ada', { name: SECRET, email: `${SECRET}@example.org` }],
  ['PUT', '/channels/groups/works', { title: 'Works', members: ['recipient:ada'] }],
  ['PUT', '/alarms/escalations/works', { title: 'To works', steps: [{ channels: ['push'], to: 'group:works' }] }],
  ['PUT', '/alarms/escalations/ada', { title: 'To Ada', steps: [{ channels: ['push'], to: 'recipient:ada' }] }],
  ['PUT', '/alarms/escalations/village', { title: 'There', scopes: ['/Duerf_0'], steps: [{ channels: ['push'] }] }],
  ['PUT', '/rules/urn:ngsi-ld:Rule:dry', ruleOf('dry')],
  ['PUT', '/rules/urn:ngsi-ld:Rule:one', ruleOf('one', { scope: { ...RULE.scope, scopeQ: '/Duerf_0' } })],
  ['PUT', '/reports/categories/fountain', { ...BENCH_CATEGORY, contact: { name: SECRET, phone: '+352 1' } }],
  ['PUT', '/dashboards/lamps?version=0', LAMPS],
  [
    'POST',
    '/publishing/items',
    {
      kind: 'page',
      owner: '',
      state: 'ready',
      document: {
        texts: { fr: { title: 'Mentions légales', body: 'Ce site est public.' } },
        page: { section: 'legal' },
      },
    },
  ],
];

export async function likeAnother(asRoot: Ask): Promise<void> {
  const must = async (...call: Parameters<Ask>) => {
    const { status, body } = await asRoot(...call);
    assert.ok(status < 300, `${call[0]} ${call[1]}: ${status} ${JSON.stringify(body)}`);
    return body as never;
  };
  for (const [method, path, body] of OF_AALT) await must(method, path, body, 'aalt');
  const warden = { who: { roles: ['aalt.warden'] }, may: ['read'], tenants: ['aalt'], types: ['DrinkingFountain'] };
  await must('PUT', '/ops/access/policies/aalt.warden', warden);
  // Of one person, and for a time.
  await must('PUT', '/ops/access/policies/aalt.guest', { ...warden, until: '2099-01-01T00:00:00Z' });
  await must('PUT', '/ops/access/policies/aalt.ada', { ...warden, who: { subjects: [SECRET] } });

  const model: {
    documents: { kind: string; id: string; title?: string }[];
    leftOut: { kind: string; id: string; why: string; detail?: string }[];
  } = await must('GET', '/ops/collectivities/aalt/model');
  const named = ({ kind, id }: { kind: string; id: string }) => `${kind} ${id}`;
  assert.deepEqual(
    model.documents.filter(({ kind }) => kind !== 'pages').map(named),
    [
      ...['administrator', 'analyst', 'operator', 'warden'].map((role) => `policies aalt.${role}`),
      'groups works',
      'escalations works',
      'rules urn:ngsi-ld:Rule:dry',
      'report-categories fountain',
      'dashboards lamps',
    ],
    JSON.stringify(model),
  );
  assert.deepEqual(
    model.documents.filter(({ kind }) => kind === 'pages').map(({ title }) => title),
    ['Mentions légales'],
  );
  const leftOut = ['escalations ada persons', 'escalations village places', 'rules urn:ngsi-ld:Rule:one places'];
  assert.deepEqual(
    model.leftOut.map((each) => `${named(each)} ${each.why}`),
    leftOut,
  );
  assert.doesNotMatch(JSON.stringify(model), new RegExp(SECRET));
  assert.equal((await asRoot('GET', '/ops/collectivities/nowhere/model')).status, 404);
  assert.equal((await asRoot('GET', '/ops/collectivities/@default/model')).status, 200);

  const wrong = await asRoot('POST', '/ops/collectivities', madeUp('bech', 3, { like: { collectivity: 'nowhere' } }));
  assert.equal(wrong.status, 400);
  assert.match(JSON.stringify(wrong.body), /like\.collectivity: got \\"nowhere\\"/);

  const like = { collectivity: 'aalt', packs: ['parking', 'no-such-pack'] };
  const founded: { like: { count: number; leftOut: typeof model.leftOut } } = await must(
    'POST',
    '/ops/collectivities',
    madeUp('bech', 3, { like }),
  );
  // The roles of every collectivity were there already.
  assert.equal(founded.like.count, model.documents.length - 3 + 1, JSON.stringify(founded.like));
  assert.deepEqual(
    founded.like.leftOut.map((each) => `${named(each)} ${each.why}`),
    [...leftOut, 'packs no-such-pack refused'],
  );
  const policy: typeof warden = await must('GET', '/ops/access/policies/bech.warden');
  assert.deepEqual([policy.who, policy.tenants], [{ roles: ['bech.warden'] }, ['bech']]);
  assert.match(String(policy.types), /DrinkingFountain$/);
  assert.equal((await asRoot('GET', '/ops/access/policies/bech.guest')).status, 404);
  const there = async (path: string) => JSON.stringify(await must('GET', path, undefined, 'bech'));
  assert.match(await there('/channels/groups'), /"id":"works".*"members":\[\]/);
  assert.match(await there('/alarms/escalations'), /"id":"works".*group:works/);
  assert.match(await there('/rules/urn:ngsi-ld:Rule:dry'), /DrinkingFountain/);
  assert.match(await there('/rules/urn:ngsi-ld:Rule:car-park-full'), /OffStreetParking/);
  assert.match(await there('/reports/categories'), /"code":"fountain".*Banc cassé/);
  assert.match(await there('/dashboards/lamps'), /bech\.operator/);
  assert.match(await there('/publishing/items?kind=page'), /Mentions légales/);
  for (const path of ['/channels/recipients', '/reports/categories', '/alarms/escalations', '/publishing/items']) {
    assert.doesNotMatch(await there(path), new RegExp(SECRET));
  }
  // Sent again, it brings nothing twice.
  const again: typeof founded = await must('POST', '/ops/collectivities', madeUp('bech', 3, { like }));
  assert.equal(again.like.count, 1, 'the pack that is there');
  const pages: { items: unknown[] } = await must('GET', '/publishing/items?kind=page', undefined, 'bech');
  assert.equal(pages.items.length, model.documents.filter(({ kind }) => kind === 'pages').length);
}
