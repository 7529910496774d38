import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { eventually } from '@alzette/kit/testing';
import { type SupervisedLamp, startSupervision } from './fake-supervision.ts';
import { type LightingProduct, onEachDatabase, type Step } from './on-each-database.ts';

const LAMPS = 6;
const PATIENCE_MS = 60_000;
const SOURCE = 'supervision';
let lamps: SupervisedLamp[];
let supervision: Awaited<ReturnType<typeof startSupervision>>;

function lampOf(n: number): SupervisedLamp {
  return {
    address: randomUUID(),
    name: `Lampe ${n}`,
    level: n * 20,
    power: 10.5 + n,
    energy: 1200.25 + n,
    voltage: 230 + n,
    current: 0.1 + n / 10,
    powerFactor: 0.9,
    lampFailure: n === 2,
    at: new Date(Date.now() - 60_000).toISOString(),
  };
}

/** The lamps on its screen, in our terms. */
const onItsScreen = () =>
  lamps.map(({ name, level, power, energy, voltage, current, powerFactor, lampFailure }) => ({
    name,
    level: level / 100,
    powerState: level === 0 ? 'off' : level < 100 ? 'low' : 'on',
    power,
    energy,
    voltage,
    current,
    powerFactor,
    status: lampFailure ? 'defectiveLamp' : 'ok',
    events: lampFailure ? ['lampFailure'] : [],
  }));

/** Our representation, without members that the other lacks. Fails with both if they don't become equal. */
async function isTheSame({ ask }: LightingProduct, what: string): Promise<void> {
  let ours: unknown[] = [];
  await eventually(
    what,
    async () => {
      const answer = await ask('GET', '/lighting/lamps');
      assert.equal(answer.statusCode, 200, answer.body);
      ours = answer.json().lamps.map(({ id: _id, heardAt: _at, ...lamp }: Record<string, unknown>) => lamp);
      return JSON.stringify(ours) === JSON.stringify(onItsScreen());
    },
    PATIENCE_MS,
  ).catch((cause: unknown) => {
    assert.deepEqual(ours, onItsScreen());
    throw cause;
  });
}

const isConnected: Step = {
  name: 'once it is connected, what the supervision shows we show',
  async run(product) {
    lamps = Array.from({ length: LAMPS }, (_, n) => lampOf(n));
    supervision = await startSupervision(lamps, product.publicUrl, SOURCE);
    const made = await product.ask('POST', '/iot/sources', supervision.source);
    assert.equal(made.statusCode, 201, made.body);
    await supervision.announce();
    await isTheSame(product, 'all lamps as they are');
  },
};

const follows: Step = {
  name: 'what changes there changes here: measures, and events that begin and end',
  async run(product) {
    const [first, , failed] = lamps as [SupervisedLamp, SupervisedLamp, SupervisedLamp];
    const at = new Date().toISOString();
    Object.assign(first, { power: 44.5, energy: 1300.5, current: 0.2, lampFailure: true, at });
    Object.assign(failed, { lampFailure: false, at });
    await supervision.tell(first);
    await supervision.tell(failed);
    await isTheSame(product, 'the lamps as they have changed');
    const { defects } = (await product.ask('GET', '/lighting/defects')).json();
    assert.deepEqual(
      defects.map(({ event, count }: { event: string; count: number }) => [event, count]),
      [['lampFailure', 1]],
    );
  },
};

const obeys: Step = {
  name: 'a level by hand goes to the supervision, and its answer is shown',
  async run(product) {
    const last = lamps.at(-1) as SupervisedLamp;
    const id = `urn:ngsi-ld:Streetlight:${SOURCE}:${last.address}`;
    await eventually(
      'the lamp offers its command',
      async () => (await product.ask('GET', `/ngsi-ld/v1/entities/${id}`)).json().override !== undefined,
      PATIENCE_MS,
    );
    const until = new Date(Date.now() + 3_600_000).toISOString();
    const body = { lamps: [id], level: 0.35, until, reason: 'Match', command: 'override' };
    const made = await product.ask('POST', '/lighting/overrides', body);
    assert.equal(made.statusCode, 201, made.body);
    await eventually('the supervision gets the level', () => last.level === 35, PATIENCE_MS);
    await isTheSame(product, 'the lamp at its level by hand');
    await supervision.close();
  },
};

const plans: Step = {
  name: 'a plan brings a strategy to its lamps as calendar and control programmes, and is done when they follow it',
  async run({ ask, authorizationOf }) {
    const half = { level: 1, slots: [{ from: '21:30', to: '05:00', level: 0.5 }] };
    const stored = await ask('PUT', '/lighting/strategies/half', { name: 'Half', programme: half });
    assert.equal(stored.statusCode, 201, stored.body);
    const proposed = await ask('POST', '/lighting/plans', { kind: 'all', strategy: 'half' });
    assert.equal(proposed.statusCode, 201, proposed.body);
    const plan = `/lighting/plans/${proposed.json().id}`;
    const authorization = await authorizationOf('bob', 'administrator');
    const approved = await ask('POST', `${plan}/approve`, {}, { authorization });
    assert.equal(approved.statusCode, 200, approved.body);
    let shown: { readonly state?: string } = {};
    const isDone = async () => {
      shown = (await ask('GET', plan)).json();
      return shown.state === 'done';
    };
    await eventually('the plan', isDone, PATIENCE_MS).catch(() => assert.fail(JSON.stringify(shown)));
    for (const lamp of lamps) {
      const levels = ['20:00:00', '21:29:59', '21:30:00', '03:00:00', '05:00:00', '11:00:00'].map((time) =>
        supervision.plannedLevel(lamp, time),
      );
      assert.deepEqual(levels, [100, 100, 50, 50, 100, 100], lamp.name);
    }
  },
};

onEachDatabase('a supervision that speaks TALQ 2', [isConnected, follows, plans, obeys], '', {
  OUTGOING: '127.0.0.0/8',
});
