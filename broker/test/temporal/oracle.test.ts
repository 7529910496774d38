import assert from 'node:assert/strict';
import { eachHistoryDatabase, freshTenant } from '@alzette/broker/test-support';
import { keyOf, Oracle, type OracleInstance } from './oracle.ts';
import { startTemporalBroker, type TemporalBroker } from './temporal-broker.ts';

const SEED = Number(process.env.SEED ?? Math.floor(Math.random() * 2 ** 31));
const STEPS = 120;
const IDS = ['urn:ngsi-ld:Lamp:1', 'urn:ngsi-ld:Lamp:2', 'urn:ngsi-ld:Lamp:3'];
const ATTRIBUTES = ['level', 'power'];
const DATASETS = ['', 'urn:ngsi-ld:Dataset:1'];

type Random = () => number;

/** Mulberry32: reproducible random numbers. */
function random(seed: number): Random {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function oneOf<Item>(items: readonly Item[], next: Random): Item {
  return items[Math.floor(next() * items.length)] as Item;
}

function timeOf(next: Random, seconds = 0): string {
  return new Date(Date.UTC(2026, Math.floor(next() * 3), 1, Math.floor(next() * 24), 5, seconds))
    .toISOString()
    .replace('.000Z', 'Z');
}

function randomInstance(next: Random, isObserved: boolean): OracleInstance {
  return {
    attribute: oneOf(ATTRIBUTES, next),
    datasetId: next() < 0.7 ? '' : oneOf(DATASETS, next),
    value: Math.floor(next() * 100),
    observedAt: isObserved ? timeOf(next) : undefined,
  };
}

function instanceOf({ value, observedAt, datasetId }: OracleInstance) {
  return { type: 'Property', value, ...(observedAt && { observedAt }), ...(datasetId && { datasetId }) };
}

/** The attributes in the form of a request; the core API allows one instance per dataset. */
function attributesOf(written: readonly OracleInstance[]) {
  const attributes: Record<string, unknown[]> = {};
  for (const each of written) {
    attributes[each.attribute] ??= [];
    attributes[each.attribute]?.push(instanceOf(each));
  }
  return attributes;
}

function byAttribute(written: readonly OracleInstance[]): OracleInstance[] {
  return [...Map.groupBy(written, ({ attribute }) => attribute).values()].flat();
}

interface Found extends OracleInstance {
  readonly instanceId: string;
}

/** A random instance of the temporal API that is unique in the oracle; undefined: there is none. */
async function anInstance(
  { ask }: TemporalBroker,
  id: string,
  oracle: Oracle,
  next: Random,
): Promise<Found | undefined> {
  const response = await ask('GET', `/temporal/entities/${id}`);
  if (response.statusCode === 404) return undefined;
  const body: Shown = response.json();
  const found = ATTRIBUTES.flatMap((attribute) =>
    (body[attribute] ?? []).flatMap(({ value, observedAt, datasetId = '', deletedAt, instanceId }) => {
      const written = { attribute, datasetId, value: value as number, observedAt };
      assert.ok(instanceId !== undefined, 'each instance has its id');
      return deletedAt === undefined && oracle.count(written) === 1 ? [{ ...written, instanceId }] : [];
    }),
  );
  return found.length === 0 ? undefined : oneOf(found, next);
}

const datasetQuery = (datasetId: string) => (datasetId === '' ? '' : `?datasetId=${encodeURIComponent(datasetId)}`);

async function step(broker: TemporalBroker, oracles: ReadonlyMap<string, Oracle>, next: Random): Promise<string> {
  const { ask } = broker;
  const id = oneOf(IDS, next);
  const oracle = oracles.get(id) as Oracle;
  const kind = oneOf(
    [
      'create',
      'append',
      'append',
      'append',
      'deleteAttribute',
      'deleteEntity',
      'import',
      'import',
      'late',
      'late',
      'correct',
      'correct',
      'deleteInstance',
      'forgetAttribute',
      'forget',
    ],
    next,
  );
  const expected = (status: number, response: { statusCode: number; body: string }) =>
    assert.equal(response.statusCode, status, `${kind}: ${response.body}`);
  switch (kind) {
    case 'create': {
      const written = [randomInstance(next, next() < 0.8)];
      const response = await ask('POST', '/entities', { id, type: 'Lamp', ...attributesOf(written) });
      expected(oracle.exists ? 409 : 201, response);
      if (!oracle.exists) oracle.write(written);
      break;
    }
    case 'append': {
      const written = [
        ...new Map(
          [randomInstance(next, true), randomInstance(next, next() < 0.5)].map((each) => [keyOf(each), each]),
        ).values(),
      ];
      const response = await ask('POST', `/entities/${id}/attrs`, attributesOf(written));
      expected(oracle.exists ? 204 : 404, response);
      if (oracle.exists) oracle.write(written);
      break;
    }
    case 'deleteAttribute': {
      const { attribute, datasetId } = randomInstance(next, false);
      const isThere = oracle.present.has(keyOf({ attribute, datasetId }));
      expected(
        isThere ? 204 : 404,
        await ask('DELETE', `/entities/${id}/attrs/${attribute}${datasetQuery(datasetId)}`),
      );
      if (isThere) oracle.deleteAttribute(attribute, datasetId);
      break;
    }
    case 'deleteEntity': {
      expected(oracle.exists ? 204 : 404, await ask('DELETE', `/entities/${id}`));
      if (oracle.exists) oracle.deleteEntity();
      break;
    }
    case 'import': {
      const written = Array.from({ length: 5 }, () => randomInstance(next, true));
      const response = await ask('POST', '/temporal/entities', { id, type: 'Lamp', ...attributesOf(written) });
      assert.ok(response.statusCode === 201 || response.statusCode === 204, response.body);
      // In the order of the request: attribute by attribute.
      oracle.import(byAttribute(written));
      break;
    }
    case 'late': {
      const written = Array.from({ length: 1 + Math.floor(next() * 4) }, () => randomInstance(next, true));
      const isKnown = oracle.exists || oracle.wasThere || oracle.history.length > 0;
      expected(isKnown ? 204 : 404, await ask('POST', `/temporal/entities/${id}/attrs`, attributesOf(written)));
      if (isKnown) oracle.import(byAttribute(written), oracle.exists);
      break;
    }
    case 'correct':
    case 'deleteInstance': {
      const found = await anInstance(broker, id, oracle, next);
      const path = `/temporal/entities/${id}/attrs/${found?.attribute ?? 'level'}`;
      const url = `${path}/${found?.instanceId ?? 'urn:ngsi-ld:Instance:0'}`;
      if (kind === 'deleteInstance') {
        expected(found ? 204 : 404, await ask('DELETE', url));
        if (found) oracle.deleteInstance(found);
        expected(404, await ask('DELETE', url));
        break;
      }
      // A unique time, because for instances with the same time only the modification times show which is the last.
      const written = {
        ...randomInstance(next, true),
        attribute: 'level',
        ...found,
        observedAt: timeOf(next, oracle.corrections + 1),
        value: 200,
      };
      expected(found ? 204 : 404, await ask('PATCH', url, { [written.attribute]: [instanceOf(written)] }));
      if (found) oracle.correct(found, written);
      break;
    }
    case 'forgetAttribute': {
      const { attribute, datasetId } = randomInstance(next, false);
      const response = await ask('DELETE', `/temporal/entities/${id}/attrs/${attribute}${datasetQuery(datasetId)}`);
      expected(oracle.forgetAttribute(attribute, datasetId) ? 204 : 404, response);
      break;
    }
    default: {
      if (next() < 0.7) break;
      const wasThere = oracle.forget();
      const response = await ask('DELETE', `/temporal/entities/${id}`);
      if (wasThere) expected(204, response);
    }
  }
  return kind;
}

type Shown = Record<
  string,
  { value?: unknown; observedAt?: string; datasetId?: string; deletedAt?: string; instanceId?: string }[]
>;

/** The instances in an answer, by series. */
function instancesIn(body: Shown): OracleInstance[] {
  return ATTRIBUTES.flatMap((attribute) =>
    (body[attribute] ?? []).map(({ value, observedAt, datasetId = '', deletedAt }) => ({
      attribute,
      datasetId,
      value: deletedAt === undefined ? (value as number) : undefined,
      observedAt,
    })),
  );
}

function bySeries(instances: readonly OracleInstance[]) {
  return Object.fromEntries(
    [...Map.groupBy(instances, keyOf)]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, series]) => [key, series.map(({ value, observedAt }) => `${value} ${observedAt}`)]),
  );
}

async function evolution({ ask }: TemporalBroker, id: string, query: string): Promise<OracleInstance[]> {
  const response = await ask('GET', `/temporal/entities/${id}?${query}`);
  assert.ok(response.statusCode === 200 || response.statusCode === 404, response.body);
  return response.statusCode === 404 ? [] : instancesIn(response.json());
}

async function compare(broker: TemporalBroker, id: string, oracle: Oracle): Promise<void> {
  const all = await evolution(broker, id, '');
  const sorted = (instances: readonly OracleInstance[]) =>
    Object.entries(bySeries(instances)).map(([key, series]) => [key, [...series].sort()]);
  assert.deepEqual(sorted(all), sorted(oracle.history), 'all instances');

  const [from, to] = ['2026-01-01T06:05:00Z', '2026-02-01T18:05:00Z'];
  const windows: [string, string, string][] = [
    [`timerel=before&timeAt=${to}`, '', to],
    [`timerel=after&timeAt=${from}`, from, '~'],
    [`timerel=between&timeAt=${from}&endTimeAt=${to}`, from, to],
  ];
  for (const [query, start, end] of windows) {
    assert.deepEqual(bySeries(await evolution(broker, id, query)), bySeries(oracle.observed(start, end)), query);
    const last = await evolution(broker, id, `${query}&lastN=2`);
    assert.deepEqual(bySeries(last), bySeries(oracle.lastObserved(2, start, end)), `${query}&lastN=2`);
    for (const minutes of [7 * 60, 45]) await compareAggregates(broker, id, oracle, minutes, query, start, end);
    await compareQuery(broker, id, oracle, query, start, end);
  }
  await comparePresent(broker, id, oracle);
}

async function compareAggregates(
  broker: TemporalBroker,
  id: string,
  oracle: Oracle,
  minutes: number,
  query: string,
  start: string,
  end: string,
) {
  // The period determines the source: shorter periods are not summed up, and sums have no distinctCount.
  const methods = `totalCount,sum,min,max${minutes < 60 ? ',distinctCount' : ''}`;
  const response = await broker.ask(
    'GET',
    `/temporal/entities/${id}?${query}&format=aggregatedValues&aggrMethods=${methods}&aggrPeriodDuration=PT${minutes}M`,
  );
  const instances = oracle.observed(start, end);
  if (instances.length === 0) return;
  const anchor = Date.parse(start || String(instances[0]?.observedAt));
  const period = minutes * 60_000;
  const body = response.json();
  for (const [, series] of Map.groupBy(instances, keyOf)) {
    const [{ attribute, datasetId }] = series as [OracleInstance];
    const shown = [body[attribute]].flat().find((each) => (each.datasetId ?? '') === datasetId);
    const slots = [
      ...Map.groupBy(series, ({ observedAt }) => Math.floor((Date.parse(String(observedAt)) - anchor) / period)),
    ];
    const naive = (make: (values: number[]) => number) =>
      slots
        .sort(([a], [b]) => a - b)
        .map(([slot, those]) => [
          make(those.map(({ value }) => value as number)),
          ...[slot, slot + 1].map((n) => new Date(anchor + n * period).toISOString().replace('.000Z', 'Z')),
        ]);
    assert.deepEqual(
      shown.totalCount,
      naive((values) => values.length),
      query,
    );
    assert.deepEqual(
      shown.sum,
      naive((values) => values.reduce((a, b) => a + b, 0)),
      query,
    );
    assert.deepEqual(
      shown.min,
      naive((values) => Math.min(...values)),
      query,
    );
    assert.deepEqual(
      shown.max,
      naive((values) => Math.max(...values)),
      query,
    );
    const distinct = naive((values) => new Set(values).size);
    assert.deepEqual(shown.distinctCount, minutes < 60 ? distinct : undefined, query);
  }
}

async function compareQuery(
  broker: TemporalBroker,
  id: string,
  oracle: Oracle,
  query: string,
  start: string,
  end: string,
) {
  const response = await broker.ask('GET', `/temporal/entities?type=Lamp&q=level%3E50&${query}`);
  assert.equal(response.statusCode, 200, response.body);
  const found = response.json().find((entity: { id: string }) => entity.id === id);
  const instances = oracle.observed(start, end);
  const matches = instances.some(({ attribute, value }) => attribute === 'level' && (value as number) > 50);
  assert.deepEqual(found && bySeries(instancesIn(found)), matches ? bySeries(instances) : undefined, `q, ${query}`);
}

/** The present value must be the last one of the history. */
async function comparePresent({ ask }: TemporalBroker, id: string, oracle: Oracle): Promise<void> {
  const response = await ask('GET', `/entities/${id}`);
  assert.equal(response.statusCode, oracle.exists ? 200 : 404, response.body);
  if (!oracle.exists) return;
  const entity = response.json();
  const shown = Object.fromEntries(ATTRIBUTES.map((name) => [name, [entity[name] ?? []].flat()]));
  assert.deepEqual(bySeries(instancesIn(shown)), bySeries([...oracle.present.values()]), 'the present');
}

eachHistoryDatabase('Temporal evolution against an oracle', (test) => {
  test(`equals a naive model, after every write (SEED=${SEED})`, async (t, db) => {
    const broker = await startTemporalBroker(db, freshTenant(), 10_000);
    t.after(() => broker.close());
    const next = random(SEED);
    const oracles = new Map(IDS.map((id) => [id, new Oracle()]));
    // The tenant is created by its first write.
    await broker.ask('POST', '/entities', { id: 'urn:ngsi-ld:Lamp:0', type: 'Other' });
    const done: string[] = [];
    // Continues until every kind of write was tried.
    for (let n = 0; n < STEPS || new Set(done).size < 10; n++) {
      done.push(await step(broker, oracles, next));
      if (n % 6 === 5) for (const [id, oracle] of oracles) await compare(broker, id, oracle);
    }
  });
});
