import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import type { AlarmAct, RuleDocument } from '../src/rules.ts';
import { oneOf, randomOf } from './support/random-rules.ts';
import { databaseKinds, rulesOn } from './support/rules-platform.ts';

const HOUR = 3_600_000;
const STEP = 3 * HOUR;
/**
 * Up to thirty days, long past, that include the night of 25 hours; so the result does not depend on the date of the
 * test.
 */
const START = Date.parse('2025-10-01T00:00:00Z');
const SEED = 28;
const CONTAINERS = [1, 2, 3, 4].map((n) => `urn:ngsi-ld:WasteContainer:${n}`);

const common = { scope: { types: ['WasteContainer'] }, severity: 'medium', lateness: 'PT8H' } as const;

const RULES: readonly RuleDocument[] = [
  {
    ...common,
    id: 'urn:ngsi-ld:Rule:full',
    name: { fr: 'Plein', en: 'Full' },
    when: { attr: 'fillingLevel', op: '>=', value: 0.8 },
    for: 'PT4H',
    clear: { when: { attr: 'fillingLevel', op: '<', value: 0.5 }, for: 'PT1H' },
    absence: { attr: 'fillingLevel', after: 'PT10H' },
    dedup: { minInterval: 'PT12H' },
  },
  {
    ...common,
    id: 'urn:ngsi-ld:Rule:fast',
    name: { fr: 'Rapide', en: 'Fast' },
    when: { attr: 'fillingLevel', agg: 'spread', window: 'P1D', op: '>=', value: 0.85 },
    clear: { whenOver: true, for: 'PT2H' },
    schedule: { days: [1, 2, 3, 4, 5], from: '06:00', to: '20:00' },
  },
];

/** Pending work: changes, acts, and entities whose last sample has not been evaluated. */
const LEFT = `
  SELECT (SELECT count(*) FROM rules.inbox) + (SELECT count(*) FROM rules.act)
    + (SELECT count(*) FROM rules.entity WHERE (state -> 'state' ->> 'last')::bigint < $1) AS n`;

interface Lifetime {
  readonly raisedAt: string;
  readonly clearedAt?: string;
}

/** The lifetime of each alarm by its acts. */
function lifetimesOf(acts: readonly AlarmAct[], rule: string): Map<string, Lifetime> {
  const lifetimes = new Map<string, Lifetime>();
  const own = new Set(acts.filter(({ details }) => details?.rule.id === rule).map(({ alarm }) => alarm));
  for (const { alarm, kind, at } of acts) {
    if (!own.has(alarm)) continue;
    const raisedAt = lifetimes.get(alarm)?.raisedAt ?? at;
    if (kind === 'raise') lifetimes.set(alarm, { raisedAt });
    else if (kind === 'clear') lifetimes.set(alarm, { raisedAt, clearedAt: at });
    else if (kind === 'withdraw') lifetimes.delete(alarm);
  }
  return lifetimes;
}

const databases = databaseKinds();
for (const kind of databases) {
  // The whole period on one database only; the embedded one executes the same statements.
  const days = kind === databases.at(-1) ? 30 : 6;
  const end = START + days * 24 * HOUR;
  /** After this time nothing changes any more. */
  const settled = end + 3 * 24 * HOUR;
  describe(`${days} days of data (${kind.label})`, () => {
    test('have the same alarms live and replayed, twice', async (t) => {
      const rules = await (await rulesOn(t, kind)).start();
      const random = randomOf(SEED);
      for (const rule of RULES) await rules.put(rule);
      const sample = (id: string, at: number, value: number) => {
        const observedAt = new Date(at).toISOString();
        return { id, type: 'WasteContainer', fillingLevel: { type: 'Property', value, observedAt } };
      };
      await rules.client.batchUpsert(CONTAINERS.map((id) => sample(id, START, 0.1)));
      await eventually('the containers', async () => {
        const { rows } = await rules.db.query({ text: 'SELECT FROM rules.entity' });
        return rows.length === CONTAINERS.length || undefined;
      });

      let sent = 0;
      let kept: ReturnType<typeof sample>[] = [];
      for (let at = START + STEP; at <= end; at += STEP) {
        const now = CONTAINERS.filter(() => random() < 0.93).map((id) => {
          return sample(id, at, oneOf(random, [0.1, 0.3, 0.45, 0.55, 0.7, 0.85, 0.9, 0.95]));
        });
        // Some samples arrive late, after later observations, and some twice.
        const late = now.filter(() => random() < 0.08);
        const batch = [...now.filter((each) => !late.includes(each)), ...kept];
        kept = late;
        for (const entities of [batch, ...(random() < 0.1 ? [batch] : [])]) {
          const ids = new Set<string>();
          const first = entities.filter(({ id }) => !ids.has(id) && ids.add(id));
          const second = entities.filter((each) => !first.includes(each));
          await rules.client.batchUpsert(first, { update: true });
          if (second.length > 0) await rules.client.batchUpsert(second, { update: true });
          sent += entities.length;
        }
      }
      // The notifications of one entity are in order: when its last sample has been evaluated, all earlier ones have
      // been.
      const last = end + HOUR;
      await rules.client.batchUpsert(
        CONTAINERS.map((id) => sample(id, last, 0.1)),
        { update: true },
      );
      await eventually(
        'that all has been followed and handed on',
        async () => {
          const { rows } = await rules.db.query<{ n: number }>({ text: LEFT, values: [last] });
          return rows[0]?.n === 0 || undefined;
        },
        120_000,
      );

      for (const { id } of RULES) {
        const period = { from: new Date(START - HOUR).toISOString(), to: new Date(settled).toISOString() };
        const runs = [];
        for (let n = 0; n < 2; n++) {
          const { status, body } = await rules.ask('POST', `/rules/${id}/backtest`, period);
          assert.equal(status, 200, JSON.stringify(body));
          runs.push(
            body as { alarms: (Lifetime & { alarm: string })[]; raised: number; samples: number; entities: number },
          );
        }
        assert.deepEqual(runs[0]?.alarms, runs[1]?.alarms);
        const replayed = runs[0]?.alarms.map(({ alarm, raisedAt, clearedAt }) => [alarm, raisedAt, clearedAt]) ?? [];
        const live = [...lifetimesOf(rules.acts, id)].map(([alarm, { raisedAt, clearedAt }]) => [
          alarm,
          raisedAt,
          clearedAt,
        ]);
        const sorted = (lifetimes: (string | undefined)[][]) =>
          lifetimes.sort(([a = ''], [b = '']) => (a < b ? -1 : 1));
        assert.deepEqual(sorted(live), sorted(replayed), `${id}, of ${sent} samples`);
        assert.ok(live.length > days / 2, `only ${live.length} alarms of ${id}`);
        assert.equal(runs[0]?.entities, CONTAINERS.length);
      }
    });
  });
}
