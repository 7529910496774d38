import assert from 'node:assert/strict';
import { classOf, type MapLayer } from '@alzette/ngsi-ld-schemas/map';
import { given, guarded, type Headers } from '../access/guarded-broker.ts';
import { startIssuer } from '../access/issuer.ts';
import { AGENT_POLICIES, seenByAgents, WORLD } from '../access/world.ts';
import { eachDatabase } from '../support/index.ts';

const LAYERS: readonly MapLayer[] = [
  {
    type: 'Lamp',
    classes: [
      { key: 'broken', severity: 'alarm', when: [{ attribute: 'operator', is: ['hush-2'] }] },
      { key: 'bright', when: [{ attribute: 'brightness', from: 20 }] },
      { key: 'dim', when: [{ attribute: 'brightness', below: 20 }] },
    ],
    value: 'brightness',
    observed: 'brightness',
    silentAfter: 3600,
  },
  {
    type: 'Container',
    classes: [
      {
        key: 'full',
        severity: 'warning',
        when: [
          { attribute: 'level', from: 0.3 },
          { attribute: 'serial', isNot: ['none'] },
        ],
      },
    ],
  },
];

type Json = Record<string, unknown>;

/** The expected count of each class, computed from the visible part of the data. */
function expectedCounts(seen: readonly Json[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const entity of seen) {
    const layer = LAYERS.find(({ type }) => type === entity.type);
    if (!layer || entity.location === undefined) continue;
    const key = classOf(layer, (name) => (entity[name] as { value?: unknown } | undefined)?.value);
    counts[`${layer.type} ${key}`] = (counts[`${layer.type} ${key}`] ?? 0) + 1;
  }
  return counts;
}

function nameOf(layer: number, kind: number): string {
  const { type, classes } = LAYERS[layer] as MapLayer;
  return `${type} ${classes[kind]?.key ?? 'unknown'}`;
}

eachDatabase('The content of a map', (test) => {
  test('cells, points, totals and the list count only what the reader may see', async (t, db) => {
    const g = await guarded(t, db, await startIssuer(t));
    await given(g, ...WORLD);
    for (const policy of AGENT_POLICIES) await g.policy(policy);
    const agent = await g.as({ sub: 'agent', roles: ['agent'] });
    const root = await g.as({ sub: 'root', roles: ['administrator'] });
    const look = async (who: Headers, body: Json) => {
      const answer = await g.ask(who, 'POST', '/territory/map', { layers: LAYERS, ...body });
      assert.equal(answer.statusCode, 200, answer.body);
      return answer.json();
    };
    const readers = [
      { who: root, seen: WORLD },
      { who: agent, seen: WORLD.map(seenByAgents).filter((entity) => entity !== undefined) },
    ];
    for (const { who, seen } of readers) {
      const expected = expectedCounts(seen);
      for (const zoom of [9, 12]) {
        const { shows, cells, totals } = await look(who, { zoom, totals: true });
        assert.equal(shows, zoom === 9 ? 'scopes' : 'cells');
        const counted: Record<string, number> = {};
        for (const [layer, kind, count] of cells.flatMap((cell: { counts: number[][] }) => cell.counts)) {
          counted[nameOf(layer, kind)] = (counted[nameOf(layer, kind)] ?? 0) + count;
        }
        assert.deepEqual(counted, expected, 'what the cells add up to');
        const summed: Record<string, number> = {};
        for (const [layer, kind, , count] of totals)
          summed[nameOf(layer, kind)] = (summed[nameOf(layer, kind)] ?? 0) + count;
        assert.deepEqual(summed, expected, 'what the totals add up to');
      }
      const { shows, points } = await look(who, { zoom: 17, box: [5.9, 49, 7, 50] });
      assert.equal(shows, 'points');
      const single: Record<string, number> = {};
      for (const [, layer, kind] of points) single[nameOf(layer, kind)] = (single[nameOf(layer, kind)] ?? 0) + 1;
      assert.deepEqual(single, expected);
    }

    const scopes = await look(root, { zoom: 9 });
    const villerupt = scopes.cells.filter(({ scope }: { scope: string }) => scope.startsWith('/Villerupt'));
    assert.equal(villerupt.length, 2, 'a cell for each scope: none mixes two');
    const narrow = await look(root, {
      zoom: 12,
      totals: true,
      filter: { text: 'VILLERUPT1 lamp', classes: { Lamp: ['dim'] } },
    });
    assert.equal(narrow.cells.flatMap((cell: { counts: unknown[] }) => cell.counts).length, 1);
    assert.equal(narrow.totals.length, 1, 'totals hold to the words');

    const list = (body: Json) => g.ask(root, 'POST', '/territory/map/list', { layers: LAYERS, ...body });
    const first = (await list({ limit: 4 })).json();
    assert.equal(first.count, 18);
    assert.deepEqual(
      first.ids.slice(0, 3).map((id: string) => id.slice(-1)),
      ['2', '2', '2'],
      'alarms come first',
    );
    const second = (await list({ limit: 4, offset: 4 })).json();
    assert.equal(new Set([...first.ids, ...second.ids]).size, 8);
    const attention = (await list({ filter: { attention: true, classes: { Container: [] } } })).json();
    assert.equal(attention.count, 3, 'full containers; none is silent, as that layer says nothing of it');
  });

  test('a change is counted in the next answer, for each reader', async (t, db) => {
    const g = await guarded(t, db, await startIssuer(t));
    await given(g, ...WORLD);
    for (const policy of AGENT_POLICIES) await g.policy(policy);
    const agent = await g.as({ sub: 'agent', roles: ['agent'] });
    const root = await g.as({ sub: 'root', roles: ['administrator'] });
    const countsOf = async (who: Headers) => {
      const answer = await g.ask(who, 'POST', '/territory/map', { layers: LAYERS, zoom: 11 });
      const counts: Record<string, number> = {};
      for (const { counts: each } of answer.json().cells) {
        for (const [layer, kind, count] of each)
          counts[nameOf(layer, kind)] = (counts[nameOf(layer, kind)] ?? 0) + count;
      }
      return counts;
    };
    const seenNow = async (who: Headers) => {
      const answer = await g.ask(who, 'GET', '/ngsi-ld/v1/entities?type=Lamp,Container&limit=100');
      return expectedCounts(answer.json());
    };
    const lamps = WORLD.filter(({ type }) => type === 'Lamp').map(({ id }) => id as string);
    const [first = '', second = '', third = ''] = lamps;
    const attrs = (id: string) => `/ngsi-ld/v1/entities/${id}/attrs`;
    const writes: (() => Promise<{ statusCode: number; body: string }>)[] = [
      () => g.admin('POST', attrs(first), { brightness: { value: 5 } }),
      () => g.admin('POST', attrs(first), { brightness: { value: 95 } }),
      () => g.admin('DELETE', `/ngsi-ld/v1/entities/${second}`),
      () => g.admin('DELETE', `${attrs(third)}/location`),
      () => g.admin('POST', '/ngsi-ld/v1/entityOperations/delete', [first]),
    ];
    for (const write of writes) {
      for (const who of [root, agent]) await countsOf(who); // so that there is an answer that could be repeated
      const written = await write();
      assert.ok(written.statusCode < 300, written.body);
      for (const who of [root, agent]) assert.deepEqual(await countsOf(who), await seenNow(who));
    }
  });

  test('names the wrong member of a request', async (t, db) => {
    const g = await guarded(t, db, await startIssuer(t));
    const wrong: [body: unknown, named: RegExp][] = [
      [{ zoom: 9 }, /layers: got nothing/],
      [{ layers: LAYERS, zoom: 'near' }, /zoom: got "near"/],
      [{ layers: LAYERS, zoom: 9, box: [6, 49, 5, 50] }, /box: got .*west, south/],
      [
        { layers: [{ type: 'Lamp', classes: [{ key: 'a', when: [{ attribute: 'b', is: 'c' }] }] }], zoom: 9 },
        /layers\[0\]\.classes\[0\]\.when\[0\]\.is/,
      ],
      [
        { layers: LAYERS, zoom: 9, filter: { classes: { Lamp: ['gone'] } } },
        /filter\.classes\.Lamp: got "gone", expected broken/,
      ],
      [{ layers: LAYERS, zoom: 9, filter: { classes: { Bench: [] } } }, /the type of a layer: Lamp, Container/],
      [{ layers: LAYERS, zoom: 9, colour: 'red' }, /colour: got "red"/],
    ];
    for (const [body, named] of wrong) {
      const answer = await g.admin('POST', '/territory/map', body);
      assert.equal(answer.statusCode, 400, answer.body);
      assert.match(answer.json().detail, named);
    }
    const nobody = await g.ask({}, 'POST', '/territory/map', { layers: LAYERS, zoom: 9 });
    assert.equal(nobody.statusCode, 401);
  });
});
