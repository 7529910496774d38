import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import { connectAsync, type MqttClient } from 'mqtt';
import { noaaEvent } from '../../../services/lighting/test/noaa-sun.ts';
import { type LightingProduct, onEachDatabase, type Step } from './on-each-database.ts';

const STREETS = ['Rue A', 'Rue B', 'Rue C'];
const LAMPS = 12;
const KEY = 'lamps';
const id = (n: number) => `urn:ngsi-ld:Streetlight:${n}`;
const property = (value: unknown) => ({ type: 'Property', value });
/** The constant losses of the lamps' drivers. */
const LOSSES = 0.08;
/** Strategy B in the documentation of the simulator. */
const HALF = {
  name: 'Half',
  programme: { level: 1, slots: [{ from: '21:00', to: '05:30', level: 0.5 }] },
  driverLosses: LOSSES,
};
const DARK = { name: 'Dark', programme: { level: 0.2 } };

/** Simulated lamps on the real MQTT broker: their last command, and how they answer. */
interface Lamps {
  readonly mqtt: MqttClient;
  readonly commanded: Map<number, { readonly command: string; readonly value: unknown }>;
  /** Absent: correctly. `silent` never answers. */
  readonly answers: Map<number, 'ERROR' | 'silent'>;
}
let lamps: Lamps;

const CREDENTIAL = { username: 'lamps', password: 'a password for the lamps' };

async function connectLamps({ ask, mqttPort }: LightingProduct): Promise<Lamps> {
  const { username, password } = CREDENTIAL;
  const topics = [`/json/${KEY}/#`, `/${KEY}/#`];
  const kept = await ask('PUT', `/iot/registry/mqtt-credentials/${username}`, { password, topics });
  assert.equal(kept.statusCode, 204, kept.body);
  const mqtt = await connectAsync(`mqtt://127.0.0.1:${mqttPort}`, { clientId: 'simulated-lamps', ...CREDENTIAL });
  const commanded: Lamps['commanded'] = new Map();
  const answers: Lamps['answers'] = new Map();
  mqtt.on('message', (topic, payload) => {
    const n = Number(/lamp(\d+)/.exec(topic)?.[1]);
    for (const [command, value] of Object.entries(JSON.parse(payload.toString()) as object)) {
      commanded.set(n, { command, value });
      const answer = answers.get(n) ?? 'OK';
      if (answer !== 'silent')
        mqtt.publish(
          `/json/${KEY}/lamp${n}/cmdexe`,
          JSON.stringify({ [command]: answer === 'ERROR' ? { status: answer, info: 'no memory' } : answer }),
        );
    }
  });
  for (let n = 0; n < LAMPS; n++) await mqtt.subscribeAsync(`/${KEY}/lamp${n}/cmd`);
  return { mqtt, commanded, answers };
}

const preparesLamps: Step = {
  name: 'twelve lamps in three streets have devices that take commands',
  async run(product) {
    const { ask } = product;
    const service = { 'fiware-servicepath': '/' };
    const commands = ['applyStrategy', 'dim'].map((name) => ({ name, type: 'command' }));
    const group = { apikey: KEY, resource: '/iot/json', entity_type: 'Streetlight' };
    const grouped = await ask('POST', '/iot/groups', { groups: [group] }, service);
    assert.equal(grouped.statusCode, 201, grouped.body);
    const devices = Array.from({ length: LAMPS }, (_, n) => ({
      device_id: `lamp${n}`,
      apikey: KEY,
      entity_name: id(n),
      entity_type: 'Streetlight',
      transport: 'MQTT',
      commands,
    }));
    const made = await ask('POST', '/iot/devices', { devices }, service);
    assert.equal(made.statusCode, 201, made.body);
    const entities = Array.from({ length: LAMPS }, (_, n) => ({
      id: id(n),
      type: 'Streetlight',
      scope: '/Thil',
      location: { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.91 + n / 1000, 49.47] } },
      address: property({ streetAddress: STREETS[Math.floor(n / 4)], addressLocality: 'Thil' }),
      powerRating: property(50),
    }));
    const upserted = await ask('POST', '/ngsi-ld/v1/entityOperations/upsert?options=update', entities);
    assert.ok(upserted.statusCode < 300, upserted.body);
    for (const [name, strategy] of [
      ['half', HALF],
      ['dark', DARK],
    ] as const) {
      assert.equal((await ask('PUT', `/lighting/strategies/${name}`, strategy)).statusCode, 201);
    }
    lamps = await connectLamps(product);
  },
};

async function propose({ ask }: LightingProduct, plan: object) {
  const made = await ask('POST', '/lighting/plans', { kind: 'commune', zone: 'Thil', deadlineS: 20, ...plan });
  assert.equal(made.statusCode, 201, made.body);
  return made.json();
}

async function approve({ ask, authorizationOf }: LightingProduct, plan: string) {
  const authorization = await authorizationOf('bob', 'administrator');
  const answer = await ask('POST', `/lighting/plans/${plan}/approve`, {}, { authorization });
  assert.equal(answer.statusCode, 200, answer.body);
}

const ends = ({ ask }: LightingProduct, plan: string, state: string) =>
  eventually(
    `the plan is ${state}`,
    async () => {
      const shown = (await ask('GET', `/lighting/plans/${plan}`)).json();
      const isOver = ['done', 'rolledBack', 'cancelled'].includes(shown.state);
      if (isOver) assert.equal(shown.state, state, JSON.stringify(shown));
      return shown.state === state && shown;
    },
    60_000,
  );

const rollsOut: Step = {
  name: 'a second person approves, no key, and the strategy goes out street by street',
  async run(product) {
    const { ask } = product;
    const plan = await propose(product, { strategy: 'half' });
    assert.equal(plan.state, 'proposed');
    assert.deepEqual(plan.lamps, [
      { stage: 0, state: 'waiting', lamps: 4 },
      { stage: 1, state: 'waiting', lamps: 4 },
      { stage: 2, state: 'waiting', lamps: 4 },
    ]);
    const own = await ask('POST', `/lighting/plans/${plan.id}/approve`, {});
    assert.equal(own.statusCode, 403);
    assert.match(own.json().detail, /the approval of another/);
    const made = await ask('POST', '/ops/access/keys', {
      title: 'Machine',
      roles: ['administrator'],
      scopes: ['read', 'write', 'administer'],
    });
    assert.equal(made.statusCode, 201, made.body);
    const byKey = await product.app.inject({
      method: 'POST',
      url: `/lighting/plans/${plan.id}/approve`,
      headers: { 'ngsild-tenant': 'town', 'x-api-key': made.json().key },
      payload: {},
    });
    assert.equal(byKey.statusCode, 403, byKey.body);
    assert.match(byKey.json().detail, /not of a key/);
    assert.equal(lamps.commanded.size, 0, 'nothing goes out before');
    await approve(product, plan.id);
    await ends(product, plan.id, 'done');
    const acts = await eventually('the last act is written down', async () => {
      const { acts } = (await ask('GET', `/lighting/plans/${plan.id}`)).json();
      return acts.length === 5 ? acts : undefined;
    });
    assert.deepEqual(
      acts.map(({ actor, action }: { actor: string; action: string }) => [actor, action]),
      [
        ['token:ada', 'propose'],
        ['token:bob', 'approve'],
        ['service:lighting', 'finishStage'],
        ['service:lighting', 'finishStage'],
        ['service:lighting', 'finish'],
      ],
    );
    assert.equal(lamps.commanded.size, LAMPS);
    for (const { command, value } of lamps.commanded.values()) {
      assert.equal(command, 'applyStrategy');
      assert.equal((value as { name: string }).name, 'Half');
    }
    const [assigned] = (await ask('GET', '/lighting/assignments')).json().assignments;
    assert.deepEqual([assigned.kind, assigned.zone, assigned.strategy], ['commune', 'Thil', 'half']);
    const late = await ask('POST', `/lighting/plans/${plan.id}/cancel`, {});
    assert.equal(late.statusCode, 409);
  },
};

const isWrittenDown: Step = {
  name: 'each act of a plan is in the audit, and others see which program runs where',
  async run({ ask }) {
    const entries = (await ask('GET', '/ops/audit?limit=1000')).json().entries as Record<string, unknown>[];
    const acts = entries
      .filter(({ action }) => String(action).startsWith('lighting.'))
      .map(({ action, actor, tenant }) => [action, actor, tenant]);
    assert.deepEqual(acts.reverse(), [
      ['lighting.propose', 'token:ada', 'town'],
      ['lighting.approve', 'token:bob', 'town'],
      ['lighting.finishStage', 'service:lighting', 'town'],
      ['lighting.finishStage', 'service:lighting', 'town'],
      ['lighting.finish', 'service:lighting', 'town'],
    ]);
    const url = '/ngsi-ld/v1/entities/urn:ngsi-ld:StreetlightGroup:commune:Thil?options=keyValues';
    const { body } = await eventually('the group of the commune', async () => {
      const answer = await ask('GET', url);
      return answer.statusCode === 200 && answer;
    });
    const group = JSON.parse(body);
    assert.equal(group.refStreetlight.length, LAMPS);
    assert.equal(group.activeProgramId, 'half/programme/1');
    const program = 'urn:ngsi-ld:StreetlightControlProgram:half:programme';
    const seen = await ask('GET', `/ngsi-ld/v1/entities/${program}?options=keyValues`);
    assert.equal(seen.json().programId, group.activeProgramId, seen.body);
  },
};

const drawsZone: Step = {
  name: 'a zone is drawn, and a strategy goes to the lamps in it alone',
  async run(product) {
    const { ask } = product;
    const area = (west: number, east: number) => ({
      type: 'Polygon',
      coordinates: [
        [
          [west, 49.46],
          [east, 49.46],
          [east, 49.48],
          [west, 49.48],
          [west, 49.46],
        ],
      ],
    });
    const made = await ask('POST', '/lighting/zones', { name: 'Quartier de l’Église', area: area(5.9135, 5.9175) });
    assert.equal(made.statusCode, 201, made.body);
    const { id: zone, lamps: count } = made.json();
    assert.deepEqual([zone, count], ['quartier-de-l-eglise', 4]);
    const { id: plan } = await propose(product, { strategy: 'dark', kind: 'zone', zone });
    await approve(product, plan);
    await ends(product, plan, 'done');
    const commanded = [...lamps.commanded].filter(([, { value }]) => (value as { name?: string }).name === 'Dark');
    assert.deepEqual(commanded.map(([n]) => n).sort(), [4, 5, 6, 7]);
    const { groups } = (await ask('GET', '/lighting/levels')).json();
    const inZone = groups.find(({ strategy }: { strategy: string }) => strategy === 'dark');
    assert.equal(inZone.lamps.length, 4);
    assert.equal((await ask('DELETE', `/lighting/zones/${zone}`)).statusCode, 409);
    for (const [body, detail] of [
      [{ name: 'x', area: { type: 'Point', coordinates: [] } }, /^area\.type: got "Point"/],
      [{ name: '…', area: area(5.9, 5.91) }, /^name: got "…"/],
      [
        {
          name: 'x',
          area: {
            type: 'Polygon',
            coordinates: [
              [
                [1, 2],
                [1, 3],
                [2, 3],
                [2, 2],
              ],
            ],
          },
        },
        /that the ring is closed/,
      ],
    ] as const) {
      const refused = await ask('POST', '/lighting/zones', body);
      assert.equal(refused.statusCode, 400, refused.body);
      assert.match(refused.json().detail, detail);
    }
    assert.equal((await ask('POST', '/lighting/zones', { name: 'Autre', area: area(5.8, 5.81) })).json().lamps, 0);
    assert.equal((await ask('DELETE', '/lighting/zones/autre')).statusCode, 204);
  },
};

const QUARTER = 15 * 60_000;
const DAY = 24 * 3_600_000;
const POWER = 50;
/** The day of the last night that is certainly over. */
const NIGHT = new Date(Date.now() - 2 * DAY).toISOString().slice(0, 10);
const MIDDLE = { longitude: 5.97, latitude: 49.434 };
const SUNSET = noaaEvent(NIGHT, MIDDLE, -0.833, 'set') as number;
const SUNRISE = noaaEvent(
  new Date(Date.parse(NIGHT) + DAY).toISOString().slice(0, 10),
  MIDDLE,
  -0.833,
  'rise',
) as number;

/** The part of a command that these lamps understand: the single programme of a strategy. */
interface ToldStrategy {
  readonly programmes: Readonly<
    Record<
      string,
      {
        readonly level: number;
        readonly slots: readonly { readonly from: string; readonly to: string; readonly level: number }[];
      }
    >
  >;
}

/** The watts of a lamp that follows its last command: it reads the document that came over MQTT, and a clock. */
function powerOf({ programmes }: ToldStrategy, at: number): number {
  const [programme] = Object.values(programmes);
  assert.ok(programme);
  if (at < SUNSET || at >= SUNRISE) return 0;
  const time = new Intl.DateTimeFormat('fr', { timeZone: 'Europe/Paris', hour: '2-digit', minute: '2-digit' }).format(
    at,
  );
  const slot = programme.slots.findLast(({ from, to }) =>
    from <= to ? time >= from && time < to : time >= from || time < to,
  );
  const level = slot?.level ?? programme.level;
  return level === 0 ? 0 : POWER * (LOSSES + (1 - LOSSES) * level);
}

const measures: Step = {
  name: 'lamps that do what they were told save what was promised, within a point',
  async run({ ask }) {
    const from = { kind: 'commune', zone: 'Thil', strategy: 'half', from: NIGHT };
    assert.equal((await ask('POST', '/lighting/assignments', from)).statusCode, 201);
    const noon = Date.parse(`${NIGHT}T11:00:00Z`);
    for (let at = noon; at <= noon + DAY; at += QUARTER) {
      const TimeInstant = new Date(at).toISOString();
      const commanded = [...lamps.commanded].map(([n, { value }]) => {
        const powerConsumption = powerOf(value as ToldStrategy, at);
        const message = JSON.stringify({ powerConsumption, TimeInstant });
        return lamps.mqtt.publishAsync(`/json/${KEY}/lamp${n}/attrs`, message, { qos: 1 });
      });
      await Promise.all(commanded);
    }
    const thil = await eventually(
      'the night has been summed',
      async () => {
        await ask('POST', '/ops/jobs/lighting.nights/run');
        const { rows } = (await ask('GET', `/lighting/savings?by=commune&from=${NIGHT}&to=${NIGHT}`)).json();
        return rows[0]?.measuredShare > 0.999 && rows[0];
      },
      60_000,
    );
    assert.ok(thil.promisedSaving > 0.2, `a promise of ${thil.promisedSaving}`);
    assert.ok(Math.abs(thil.saving - thil.promisedSaving) < 0.01, `${thil.saving}, promised ${thil.promisedSaving}`);
    const hours = (SUNRISE - SUNSET) / 3_600_000;
    const saved = (0.5 * (1 - LOSSES) * 8.5) / hours;
    assert.ok(Math.abs(thil.saving - saved) < 0.01, `${thil.saving}, by hand ${saved}`);
  },
};

const rollsBack: Step = {
  name: 'too many failures in the first street take it back to what ran before',
  async run(product) {
    lamps.commanded.clear();
    lamps.answers.set(0, 'ERROR').set(1, 'ERROR');
    const { id: plan } = await propose(product, { strategy: 'dark' });
    await approve(product, plan);
    const shown = await ends(product, plan, 'rolledBack');
    assert.match(shown.reason, /2 of 4 lamps of stage 1 failed/);
    assert.deepEqual([...lamps.commanded.keys()].sort(), [0, 1, 2, 3], 'the other streets got no command');
    for (const { value } of lamps.commanded.values()) assert.equal((value as { name: string }).name, 'Half');
    assert.deepEqual(shown.lamps, [
      { stage: 0, state: 'back', lamps: 2 },
      { stage: 0, state: 'backFailed', lamps: 2 },
      { stage: 1, state: 'waiting', lamps: 4 },
      { stage: 2, state: 'waiting', lamps: 4 },
    ]);
    lamps.answers.clear();
  },
};

const givesUp: Step = {
  name: 'a lamp that never answers ends as such, and is shown',
  async run(product) {
    lamps.answers.set(5, 'silent');
    const { id: plan } = await propose(product, { strategy: 'dark', deadlineS: 10, mostFailures: 0.3 });
    await approve(product, plan);
    const shown = await ends(product, plan, 'done');
    assert.deepEqual(
      shown.troubled.map(({ lamp, state, info }: Record<string, unknown>) => [lamp, state, info]),
      [[id(5), 'unanswered', 'no answer within 10 s']],
    );
    lamps.answers.clear();
  },
};

const overrides: Step = {
  name: 'a level by hand has an end, and is written down',
  async run({ ask }) {
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const body = { lamps: [id(8), id(9)], level: 1, until, reason: 'Fête du village' };
    const made = await ask('POST', '/lighting/overrides', body);
    assert.equal(made.statusCode, 201, made.body);
    await eventually(
      'the lamps get the command',
      () => lamps.commanded.get(9)?.command === 'dim' && lamps.commanded.get(9)?.value === 1,
    );
    const override = made.json().id;
    assert.equal((await ask('DELETE', `/lighting/overrides/${override}`)).statusCode, 204);
    await eventually('they are back at their programme', () => lamps.commanded.get(8)?.value === 'programme');
    const shown = (await ask('GET', `/lighting/overrides/${override}`)).json();
    assert.deepEqual(
      shown.acts.map(({ action }: { action: string }) => action),
      ['override', 'endOverride'],
    );
    for (const [change, detail] of [
      [{ until: '2020-01-01T00:00:00Z' }, /^until: got "2020-01-01T00:00:00Z", expected a time within/],
      [{ level: 2 }, /^level: got 2/],
      [{ reason: '' }, /^reason: got ""/],
      [{ lamps: [] }, /^lamps: got \[\]/],
    ] as const) {
      const refused = await ask('POST', '/lighting/overrides', { ...body, ...change });
      assert.equal(refused.statusCode, 400);
      assert.match(refused.json().detail, detail);
    }
  },
};

const pacedOverrides: Step = {
  name: 'a level by hand waits for approval where the policy asks, and goes out group by group',
  async run({ ask, authorizationOf }) {
    const authorization = await authorizationOf('bob', 'administrator');
    const state = async (override: string) => (await ask('GET', `/lighting/overrides/${override}`)).json();
    assert.equal((await ask('PUT', '/lighting/override-policy', { approvalFrom: 0 })).statusCode, 400);
    assert.equal((await ask('PUT', '/lighting/override-policy', { approvalFrom: 2 })).statusCode, 200);
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const body = { lamps: [id(8), id(9)], level: 0.4, until, reason: 'Marché', pace: { lamps: 1, everyS: 1 } };
    const made = (await ask('POST', '/lighting/overrides', body)).json();
    assert.equal(made.state, 'waiting');
    assert.equal((await state(made.id)).sent, 0);
    assert.notEqual(lamps.commanded.get(9)?.value, 0.4);
    assert.equal((await ask('POST', `/lighting/overrides/${made.id}/approve`)).statusCode, 403, 'one’s own');
    const approved = await ask('POST', `/lighting/overrides/${made.id}/approve`, {}, { authorization });
    assert.equal(approved.statusCode, 200, approved.body);
    const again = await ask('POST', `/lighting/overrides/${made.id}/approve`, {}, { authorization });
    assert.equal(again.statusCode, 409);
    await eventually(
      'both groups get the command',
      () => lamps.commanded.get(8)?.value === 0.4 && lamps.commanded.get(9)?.value === 0.4,
    );
    await eventually('it says so', async () => (await state(made.id)).sent === 2);
    assert.equal((await ask('DELETE', `/lighting/overrides/${made.id}`)).statusCode, 204);
    await eventually('they are back at their programme', () => lamps.commanded.get(9)?.value === 'programme');
    assert.deepEqual(
      (await state(made.id)).acts.map(({ action }: { action: string }) => action),
      ['ask', 'approve', 'sendGroup', 'sendGroup', 'endOverride'],
    );
    const rejected = (await ask('POST', '/lighting/overrides', body)).json();
    assert.equal((await ask('POST', `/lighting/overrides/${rejected.id}/reject`)).json().state, 'rejected');
    assert.equal((await ask('PUT', '/lighting/override-policy', { approvalFrom: null })).statusCode, 200);
    const wrong = await ask('POST', '/lighting/overrides', { ...body, pace: { lamps: 0, everyS: 1 } });
    assert.match(wrong.json().detail, /^pace.lamps: got 0/);
    await lamps.mqtt.endAsync();
  },
};

onEachDatabase(
  'a strategy is applied',
  [preparesLamps, rollsOut, isWrittenDown, measures, drawsZone, rollsBack, givesUp, overrides, pacedOverrides],
  'town',
);
