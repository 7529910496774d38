import assert from 'node:assert/strict';
import { RollupJob } from '../../src/history/rollups/rollup-job.ts';
import { given, guarded, type Headers } from '../access/guarded-broker.ts';
import { startIssuer } from '../access/issuer.ts';
import { AGENT_POLICIES, seenByAgents, WORLD } from '../access/world.ts';
import { eachDatabase } from '../support/index.ts';

type Json = Record<string, unknown>;
interface Row {
  keys: (string | null)[];
  at: string | null;
  value: number | null;
  count: number;
}

const HOUR = 3_600_000;

eachDatabase('Analyses', (test) => {
  test('group, sum and spatially join only what the reader may see', async (t, db) => {
    const g = await guarded(t, db, await startIssuer(t));
    await given(g, ...WORLD);
    for (const policy of AGENT_POLICIES) await g.policy(policy);
    const agent = await g.as({ sub: 'agent', roles: ['agent'] });
    const root = await g.as({ sub: 'root', roles: ['administrator'] });
    const ask = async (who: Headers, body: Json): Promise<Row[]> => {
      const answer = await g.ask(who, 'POST', '/territory/analysis', body);
      assert.equal(answer.statusCode, 200, answer.body);
      return answer.json().rows;
    };
    for (const { who, seen } of [
      { who: root, seen: WORLD },
      { who: agent, seen: WORLD.map(seenByAgents).filter((entity) => entity !== undefined) },
    ]) {
      const lamps = seen.filter(({ type }) => type === 'Lamp');
      const levels = lamps.flatMap(({ brightness }) => (brightness as { value?: number } | undefined)?.value ?? []);
      assert.deepEqual(await ask(who, { type: 'Lamp' }), [
        { keys: [], at: null, value: lamps.length, count: lamps.length },
      ]);
      const [sum] = await ask(who, { type: 'Lamp', measure: { kind: 'sum', attribute: 'brightness' } });
      assert.equal(
        sum?.value,
        levels.reduce((all, each) => all + each, 0),
      );
      const byScope = await ask(who, { type: 'Lamp', group: [{ by: 'scope' }] });
      const scopes = [...new Set(lamps.map(({ scope = '' }) => scope.split('/').slice(0, 2).join('/')))];
      assert.deepEqual(byScope.map(({ keys }) => keys[0]).sort(), scopes.sort());
      const [near] = await ask(who, { type: 'Container', near: { type: 'Lamp', q: 'brightness>=10', metres: 2500 } });
      const isNear = (container: Json) =>
        lamps.some((lamp) => 'brightness' in lamp && lamp.location && metres(lamp, container) <= 2500);
      assert.equal(
        near?.value ?? 0,
        seen.filter((each) => each.type === 'Container' && each.location && isNear(each)).length,
      );
      const operators = await ask(who, { type: 'Lamp', group: [{ by: 'attribute', attribute: 'operator' }] });
      const hidden = operators.filter(({ keys }) => keys[0]?.startsWith('hush'));
      assert.equal(hidden.length > 0, who === root, 'an attribute that is hidden');
    }
  });

  test('a history by steps equals the sum of its values', async (t, db) => {
    const g = await guarded(t, db, await startIssuer(t));
    const root = await g.as({ sub: 'root', roles: ['administrator'] });
    const start = Date.UTC(2026, 0, 10);
    const meter = (n: number) => `urn:ngsi-ld:Meter:${n}`;
    for (let hour = 0; hour < 48; hour++) {
      for (const n of [1, 2]) {
        const observedAt = new Date(start + hour * HOUR).toISOString();
        const answer = await g.ask(root, 'POST', '/ngsi-ld/v1/entityOperations/upsert', [
          { id: meter(n), type: 'Meter', index: { type: 'Property', value: hour * n, observedAt } },
        ]);
        assert.ok(answer.statusCode < 300, answer.body);
      }
    }
    const over = { from: new Date(start).toISOString(), to: new Date(start + 48 * HOUR).toISOString(), step: 'day' };
    const ask = async (measure: Json, more: Json = {}): Promise<Row[]> => {
      const answer = await g.ask(root, 'POST', '/territory/analysis', { type: 'Meter', measure, over, ...more });
      assert.equal(answer.statusCode, 200, answer.body);
      return answer.json().rows;
    };
    const index = { attribute: 'index' };
    const days = await ask({ kind: 'average', ...index });
    assert.deepEqual(
      days.map(({ at, value, count }) => [at, value, count]),
      [
        ['2026-01-10T00:00:00.000Z', 17.25, 48],
        ['2026-01-11T00:00:00.000Z', 53.25, 48],
      ],
    );
    assert.deepEqual(
      (await ask({ kind: 'increase', ...index })).map(({ value }) => value),
      [69, 69],
    );
    const each = await ask(
      { kind: 'highest', ...index },
      { group: [{ by: 'entity' }], over: { ...over, step: 'all' } },
    );
    assert.deepEqual(
      each.map(({ keys, value }) => [keys[0], value]),
      [
        [meter(2), 94],
        [meter(1), 47],
      ],
    );

    // Results from the sums of groups equal those read entity by entity (as a condition requires), with any rights.
    await g.policy({
      ...{ id: 'meters', who: { roles: ['reader'] }, may: ['read'], types: ['Meter'], scopeQ: '/Thil/#' },
      attributes: ['index'],
    });
    const reader = await g.as({ sub: 'reader', roles: ['reader'] });
    const moved = await g.ask(root, 'POST', '/ngsi-ld/v1/entityOperations/update', [
      { id: meter(2), type: 'Meter', scope: '/Thil/Centre' },
    ]);
    assert.ok(moved.statusCode < 300, moved.body);
    const job = new RollupJob(db, { warn: (_fields, message) => assert.fail(message) });
    t.after(() => job.close());
    await job.settled();
    const year = { ...over, from: '2025-06-01T00:00:00Z', to: '2026-06-01T00:00:00Z' };
    for (const who of [root, reader]) {
      for (const kind of ['count', 'sum', 'average', 'highest'] as const) {
        for (const period of [over, year, { ...over, step: 'hour' }]) {
          const body = {
            type: 'Meter',
            measure: { kind, ...index },
            over: period,
            group: [{ by: 'scope' }],
            scopes: ['/Thil'],
          };
          const [groups, each] = await Promise.all(
            [body, { ...body, q: 'index>=0' }].map((asked) => g.ask(who, 'POST', '/territory/analysis', asked)),
          );
          assert.deepEqual(groups?.json().rows, each?.json().rows, `${kind} ${JSON.stringify(period)}`);
          assert.equal(groups?.json().rows[0]?.keys[0], '/Thil');
        }
      }
    }

    for (const [body, named] of [
      [{}, 'type'],
      [{ type: 'Meter', group: [{ by: 'colour' }] }, 'group[0].by'],
      [{ type: 'Meter', measure: { kind: 'sum' } }, 'measure.attribute'],
      [{ type: 'Meter', measure: { kind: 'sum', ...index }, over: { ...over, to: over.from } }, 'over.to'],
      [
        { type: 'Meter', measure: { kind: 'sum', ...index }, over: { ...over, timeZone: 'Mars/Base' } },
        'over.timeZone',
      ],
      [{ type: 'Meter', near: { type: 'Meter', metres: 1e9 } }, 'near.metres'],
      [{ type: 'Meter', limit: 1e9 }, 'limit'],
      [{ type: 'Meter', q: '((' }, ''],
    ] as const) {
      const answer = await g.ask(root, 'POST', '/territory/analysis', body);
      assert.equal(answer.statusCode, 400, answer.body);
      assert.ok(answer.json().detail.includes(named), answer.body);
    }
  });
});

function metres(a: Json, b: Json): number {
  const [[x1, y1], [x2, y2]] = [a, b].map(
    ({ location }) => (location as { value: { coordinates: number[] } }).value.coordinates,
  ) as [[number, number], [number, number]];
  const middle = ((y1 + y2) / 2) * (Math.PI / 180);
  return Math.hypot((x2 - x1) * 111_320 * Math.cos(middle), (y2 - y1) * 111_230);
}
