import assert from 'node:assert/strict';
import { setTimeout as pause } from 'node:timers/promises';
import { eachHistoryDatabase, freshTenant } from '@alzette/broker/test-support';
import { steadyClock } from '../../src/clock/steady-clock.ts';
import { startTemporalBroker, type TemporalBroker } from './temporal-broker.ts';

const STEPS = Number(process.env.STEPS ?? 150);
const IDS = ['urn:ngsi-ld:Lamp:1', 'urn:ngsi-ld:Lamp:2', 'urn:ngsi-ld:Lamp:3'];
const ATTRIBUTES = ['level', 'power', 'place', 'owner'] as const;

type Instance = Record<string, unknown>;
type Shown = Record<string, Instance | Instance[] | undefined>;

const below = (most: number) => Math.floor(Math.random() * most);
const oneOf = <Item>(items: readonly Item[]): Item => items[below(items.length)] as Item;

/** By the broker's clock, which other processes of the database may have moved ahead of the machine's. */
const now = (): string => new Date(steadyClock.now()).toISOString();

/** An attribute instance; if observed, observed now. */
function instance(attribute: (typeof ATTRIBUTES)[number], isObserved = below(2) === 0): Instance {
  const content =
    attribute === 'place'
      ? { type: 'GeoProperty', value: { type: 'Point', coordinates: [6 + below(100) / 1000, 49] } }
      : attribute === 'owner'
        ? { type: 'Relationship', object: `urn:ngsi-ld:Owner:${below(100)}` }
        : { type: 'Property', value: below(1000), ...(below(3) === 0 && { unitCode: oneOf(['P1', 'WTT']) }) };
  return {
    ...content,
    ...(isObserved && { observedAt: now() }),
    ...(below(4) === 0 && { datasetId: 'urn:ngsi-ld:Dataset:1' }),
    ...(below(4) === 0 && { accuracy: { type: 'Property', value: below(10) } }),
  };
}

function attributes(): Shown {
  const names = ATTRIBUTES.filter(() => below(2) === 0);
  return Object.fromEntries((names.length > 0 ? names : ['level' as const]).map((name) => [name, instance(name)]));
}

/** All operations that write an entity, or add present measurements to its history. */
const WRITES: { readonly [name: string]: (broker: TemporalBroker, id: string) => Promise<{ statusCode: number }> } = {
  createEntity: ({ ask }, id) => ask('POST', '/entities', { id, type: 'Lamp', ...attributes() }),
  replaceEntity: ({ ask }, id) => ask('PUT', `/entities/${id}`, { id, type: 'Lamp', ...attributes() }),
  mergeEntity: ({ ask }, id) =>
    ask('PATCH', `/entities/${id}`, { ...attributes(), [oneOf(ATTRIBUTES)]: 'urn:ngsi-ld:null' }),
  appendAttributes: ({ ask }, id) =>
    ask('POST', `/entities/${id}/attrs${oneOf(['', '?options=noOverwrite'])}`, attributes()),
  updateAttributes: ({ ask }, id) => ask('PATCH', `/entities/${id}/attrs`, attributes()),
  partialUpdate: ({ ask }, id) =>
    ask('PATCH', `/entities/${id}/attrs/level`, { value: below(1000), observedAt: now() }),
  replaceAttribute: ({ ask }, id) => ask('PUT', `/entities/${id}/attrs/power`, instance('power')),
  deleteAttribute: ({ ask }, id) =>
    ask('DELETE', `/entities/${id}/attrs/${oneOf(ATTRIBUTES)}${oneOf(['', '?deleteAll=true'])}`),
  deleteEntity: ({ ask }, id) => (below(3) === 0 ? ask('DELETE', `/entities/${id}`) : ask('GET', `/entities/${id}`)),
  batchUpsert: ({ ask }) =>
    ask(
      'POST',
      `/entityOperations/upsert${oneOf(['', '?options=update'])}`,
      IDS.map((id) => ({ id, type: 'Lamp', ...attributes() })),
    ),
  batchUpdate: ({ ask }) =>
    ask(
      'POST',
      '/entityOperations/update',
      IDS.map((id) => ({ id, ...attributes() })),
    ),
  batchMerge: ({ ask }) =>
    ask(
      'POST',
      '/entityOperations/merge',
      IDS.map((id) => ({ id, ...attributes() })),
    ),
  batchDelete: ({ ask }, id) =>
    below(3) === 0 ? ask('POST', '/entityOperations/delete', [id]) : ask('GET', `/entities/${id}`),
  upsertTemporal: ({ ask }, id) => {
    const name = oneOf(['level', 'power'] as const);
    return ask('POST', '/temporal/entities', { id, type: 'Lamp', [name]: [instance(name, true)] });
  },
};

/** Instances by series, without modification times, which only the history has. */
function bySeries(shown: Shown): Record<string, Instance> {
  const series: Record<string, Instance> = {};
  for (const name of ATTRIBUTES) {
    for (const { instanceId, ...each } of [shown[name] ?? []].flat()) {
      if (each.deletedAt === undefined) series[`${name} ${each.datasetId ?? ''}`] = each;
    }
  }
  return series;
}

async function compare({ ask }: TemporalBroker, id: string, done: string): Promise<number> {
  const [present, last] = [await ask('GET', `/entities/${id}`), await ask('GET', `/temporal/entities/${id}?lastN=1`)];
  for (const { statusCode, body } of [present, last]) {
    assert.ok([200, 206, 404].includes(statusCode), `${id} after ${done}: ${statusCode} ${body}`);
  }
  const values = present.statusCode === 404 ? {} : bySeries(present.json());
  const lastValues = last.statusCode === 404 ? {} : bySeries(last.json());
  assert.deepEqual(lastValues, values, `${id} after ${done}`);
  return Object.keys(values).length;
}

eachHistoryDatabase('The last value of history', (test) => {
  test('is the present entity, after every write of any kind', async (t, db) => {
    const broker = await startTemporalBroker(db, freshTenant(), 1000);
    t.after(() => broker.close());
    const done = new Map<string, number>();
    let compared = 0;
    for (let n = 0; n < STEPS; n++) {
      const name = oneOf(Object.keys(WRITES));
      const { statusCode } = await (WRITES[name] as (typeof WRITES)[string])(broker, oneOf(IDS));
      assert.ok(statusCode < 500 && statusCode !== 400, `${name}: ${statusCode}`);
      if (statusCode < 300) done.set(name, (done.get(name) ?? 0) + 1);
      for (const id of IDS) compared += await compare(broker, id, name);
      // So that no two writes have the same time.
      await pause(2);
    }
    assert.ok(compared > STEPS && done.size > 10, `${compared} instances compared, after ${[...done.keys()]}`);
  });
});
