import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import { eachDatabase } from '../support/index.ts';
import { type Guarded, given, guarded, type Headers } from './guarded-broker.ts';
import { startIssuer } from './issuer.ts';
import { AGENT_POLICIES, SECRET, seenByAgents, WORLD } from './world.ts';

/*
 * Hidden data do not exist for the caller: a tenant with rights to a part answers every request like a tenant that
 * contains only that part, for a caller with all rights.
 */

const near = 'georel=near;maxDistance==5000&geometry=Point&coordinates=[6.00,49.50]';
const times = 'timerel=after&timeAt=2020-01-01T00:00:00Z';

const QUESTIONS: readonly string[] = [
  '/entities?type=Lamp&count=true',
  '/entities?type=Lamp,Container,Bench,Person&count=true&limit=100',
  '/entities?type=Lamp&count=true&limit=0',
  '/entities?type=Lamp&limit=2&offset=1&count=true',
  '/entities?type=Lamp&options=keyValues',
  '/entities?type=Container&format=concise',
  '/entities?local=true&limit=100&count=true',
  '/entities?attrs=operator&count=true',
  '/entities?type=Lamp&attrs=operator,brightness&count=true',
  '/entities?type=Lamp&pick=id,operator',
  '/entities?type=Lamp&omit=brightness',
  `/entities?type=Lamp&q=operator==%22${SECRET}-1%22&count=true`,
  `/entities?type=Lamp&q=operator~=${SECRET}&count=true`,
  '/entities?type=Lamp&q=operator&count=true',
  '/entities?type=Lamp&q=operator!=%22x%22&count=true',
  '/entities?type=Lamp&q=operator!~=x&count=true',
  '/entities?type=Lamp&q=(operator|brightness%3E10)&count=true',
  '/entities?type=Lamp&q=brightness%3E=20&count=true',
  '/entities?type=Container&q=serial%3E0&count=true',
  '/entities?type=Lamp&orderBy=operator&limit=100',
  '/entities?type=Lamp&orderBy=operator;desc&limit=100',
  '/entities?type=Lamp&orderBy=brightness;desc&limit=100',
  '/entities?type=Container&orderBy=serial;desc&limit=100',
  `/entities?type=Lamp&${near}&count=true`,
  `/entities?type=Container&${near}&count=true`,
  `/entities?type=Lamp,Container,Bench&${near}&count=true`,
  '/entities?type=Lamp&georel=within&geometry=Polygon&coordinates=[[[5.9,49.4],[6.1,49.4],[6.1,49.6],[5.9,49.6],[5.9,49.4]]]&count=true',
  '/entities?type=Lamp,Container&orderBy=distance&orderFrom=[6,49.5]&limit=100',
  '/entities?type=Lamp&scopeQ=/Aumetz/%23&count=true',
  '/entities?type=Lamp&scopeQ=/Villerupt&count=true',
  '/entities?type=Lamp&id=urn:ngsi-ld:Lamp:Villerupt1,urn:ngsi-ld:Lamp:Aumetz1&count=true',
  '/entities?type=Lamp&idPattern=Aumetz&count=true',
  '/entities?type=Lamp&join=inline&joinLevel=2&limit=100',
  '/entities?type=Lamp&join=flat&limit=100',
  `/entities?type=Lamp&q=keeper{Person:name==%22${SECRET}-name%22}&join=inline&joinLevel=1&count=true`,
  `/entities?type=Container&q=keeper{Person:name}&join=inline&joinLevel=1&count=true`,
  '/types',
  '/types?details=true',
  '/types/Lamp',
  '/types/Container',
  '/types/Person',
  '/attributes',
  '/attributes?details=true',
  '/attributes/operator',
  '/attributes/serial',
  '/attributes/brightness',
  `/temporal/entities?type=Lamp&${times}&options=temporalValues&count=true&limit=100`,
  `/temporal/entities?type=Lamp,Container&${times}&attrs=operator,serial&options=temporalValues&count=true`,
  `/temporal/entities?type=Lamp&${times}&q=operator~=${SECRET}&options=temporalValues&count=true`,
  `/temporal/entities?type=Container&${times}&q=serial%3E0&options=temporalValues&count=true`,
  `/temporal/entities?type=Container&${times}&${near}&options=temporalValues&count=true`,
  `/temporal/entities?type=Container&${times}&options=aggregatedValues&aggrMethods=totalCount,max&aggrPeriodDuration=PT0S`,
  `/temporal/entities?type=Lamp&${times}&options=aggregatedValues&aggrMethods=totalCount,distinctCount&aggrPeriodDuration=PT0S`,
  `/temporal/entities?type=Lamp,Container&${times}&options=aggregatedValues&aggrMethods=totalCount,sum,avg&aggrPeriodDuration=P1Y`,
  `/temporal/entities?type=Lamp&${times}&scopeQ=/Aumetz/%23&options=temporalValues&count=true`,
  ...WORLD.flatMap(({ id }) => [
    `/entities/${id}`,
    `/entities/${id}?attrs=operator,serial`,
    `/entities/${id}?pick=operator`,
    `/entities/${id}?join=inline&joinLevel=1`,
    `/temporal/entities/${id}?options=temporalValues`,
    `/temporal/entities/${id}?attrs=operator,serial&options=temporalValues`,
    `/temporal/entities/${id}?options=aggregatedValues&aggrMethods=totalCount&aggrPeriodDuration=PT0S`,
  ]),
];

const BODIES: readonly (readonly [url: string, body: object])[] = [
  [
    '/entityOperations/query?count=true',
    { type: 'Query', entities: [{ type: 'Lamp' }, { type: 'Container' }], q: 'operator' },
  ],
  [
    '/entityOperations/query?count=true',
    { type: 'Query', entities: [{ type: 'Container', idPattern: '.*' }], attrs: ['serial'] },
  ],
  [
    '/temporal/entityOperations/query?options=temporalValues',
    {
      type: 'Query',
      entities: [{ type: 'Container' }],
      temporalQ: { timerel: 'after', timeAt: '2020-01-01T00:00:00Z' },
    },
  ],
];

eachDatabase('Hidden data', (test) => {
  test('is in no answer, count, order or error', async (t, db) => {
    const issuer = await startIssuer(t);
    const whole = await guarded(t, db, issuer);
    const part = await guarded(t, db, issuer);
    for (const policy of AGENT_POLICIES) await whole.policy(policy);
    await given(whole, ...WORLD);
    await given(part, ...WORLD.flatMap((entity) => seenByAgents(entity) ?? []));
    const agent = await whole.as({ sub: 'agent', roles: ['agent'] });
    const root = await whole.as({ sub: 'root', roles: ['administrator'] });

    let same = 0;
    for (const accept of ['application/json', 'application/geo+json']) {
      for (const question of QUESTIONS) {
        if (accept !== 'application/json' && !question.startsWith('/entities')) continue;
        const [seen, expected] = await both(whole, part, { ...agent, accept }, { ...root, accept }, 'GET', question);
        assert.deepEqual(seen, expected, `${accept} ${question}`);
        assert.equal(JSON.stringify(seen).includes(SECRET), question.includes(SECRET) && seen.status !== 200, question);
        same++;
      }
    }
    for (const [url, body] of BODIES) {
      const [seen, expected] = await both(whole, part, agent, root, 'POST', url, body);
      assert.deepEqual(seen, expected, url);
      same++;
    }
    assert.ok(same > 200);
  });

  test('is not in a snapshot either', async (t, db) => {
    const issuer = await startIssuer(t);
    const whole = await guarded(t, db, issuer);
    const part = await guarded(t, db, issuer);
    for (const policy of AGENT_POLICIES) await whole.policy(policy);
    await given(whole, ...WORLD);
    await given(part, ...WORLD.flatMap((entity) => seenByAgents(entity) ?? []));
    const id = 'urn:ngsi-ld:Snapshot:all';
    const entities = ['Lamp', 'Container', 'Bench', 'Person'].map((type) => ({ type }));
    for (const { admin } of [whole, part]) {
      const snapshotQueries = [{ type: 'Query', entities }];
      const made = await admin('POST', '/ngsi-ld/v1/snapshots', { id, type: 'Snapshot', snapshotQueries });
      assert.equal(made.statusCode, 201, made.body);
      const status = async () => (await admin('GET', `/ngsi-ld/v1/snapshots/${id}`)).json().snapshotStatus;
      await eventually('the snapshot is made', async () => (await status()) === 'success');
    }
    const agent = { ...(await whole.as({ sub: 'agent', roles: ['agent'] })), 'ngsild-snapshot': id };
    const root = { ...(await whole.as({ sub: 'root', roles: ['administrator'] })), 'ngsild-snapshot': id };
    let seenAny = 0;
    for (const question of QUESTIONS) {
      if (!question.startsWith('/entities') && !question.startsWith('/types')) continue;
      const [seen, expected] = await both(whole, part, agent, root, 'GET', question);
      assert.deepEqual(seen, expected, question);
      assert.equal(JSON.stringify(seen).includes(SECRET), question.includes(SECRET) && seen.status !== 200, question);
      if (JSON.stringify(seen).includes('brightness')) seenAny++;
    }
    assert.ok(seenAny > 10);
  });
});

interface Answer {
  readonly status: number;
  readonly count: unknown;
  readonly body: unknown;
}

async function both(
  whole: Guarded,
  part: Guarded,
  agent: Headers,
  root: Headers,
  method: 'GET' | 'POST',
  path: string,
  body?: object,
): Promise<[seen: Answer, expected: Answer]> {
  const url = `/ngsi-ld/v1${path}`;
  return [await answerOf(whole, agent), await answerOf(part, root)];

  async function answerOf({ ask }: Guarded, headers: Headers): Promise<Answer> {
    const { statusCode, headers: answerHeaders, body: text } = await ask(headers, method, url, body);
    // Lists have different ids, and the two tenants were written at different times.
    const comparable = text.replace(/urn:ngsi-ld:(\w+List):[\w-]+/g, '$1').replace(/[\d-]+T[\d:]+\.\d{3}Z/g, 'written');
    const document = text === '' ? undefined : JSON.parse(comparable);
    return { status: statusCode, count: answerHeaders['ngsild-results-count'], body: document };
  }
}
