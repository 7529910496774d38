import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { findPostgres, startPostgres } from '../../../scripts/postgres-server.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { startTemporalBroker, type TemporalBroker } from './temporal-broker.ts';

const bin = findPostgres();
const RESTARTS = Number(process.env.RESTARTS ?? 20);
const WRITES_BETWEEN = 150;
const LAMPS = 20;
const WINDOW = 'timerel=after&timeAt=2020-01-01T00:00:00Z';

/** A naive model of one lamp: its written values, which are unique. */
class Memory {
  readonly acknowledged = new Map<number, string>();
  /** Writes without an answer, which may or may not be stored. */
  readonly open = new Map<number, string>();
}

let micros = 0;

/** Unique, because an instance of the temporal API replaces one with the same time. */
function nextTime(): string {
  micros = Math.max(micros + 1, Date.now() * 1000);
  return `${new Date(Math.floor(micros / 1000)).toISOString().slice(0, -1)}${String(micros % 1000).padStart(3, '0')}Z`;
}

async function writeValue({ ask }: TemporalBroker, id: string, value: number, memory: Memory): Promise<boolean> {
  const observedAt = nextTime();
  const level = { type: 'Property', value, observedAt };
  memory.open.set(value, observedAt);
  const { statusCode } =
    value % 5 === 0
      ? await ask('POST', `/temporal/entities/${id}/attrs`, { level: [level] })
      : await ask('PATCH', `/entities/${id}/attrs/level`, level);
  if (statusCode !== 204) return false;
  memory.open.delete(value);
  memory.acknowledged.set(value, observedAt);
  return true;
}

/** The history is equal to the model, its last value is the present one, and its sums include each instance. */
async function compare({ ask }: TemporalBroker, id: string, { acknowledged, open }: Memory): Promise<void> {
  const shown = async (path: string) => {
    const response = await ask('GET', path);
    assert.equal(response.statusCode, 200, response.body);
    return response.json().level;
  };
  const history = (await shown(`/temporal/entities/${id}?${WINDOW}`)) as { value: number; observedAt: string }[];
  const recorded = history.map(({ value, observedAt }) => `${value} ${observedAt}`);
  assert.equal(new Set(recorded).size, recorded.length, `${id} has nothing twice`);
  const found = new Map(history.map(({ value, observedAt }) => [value, observedAt]));
  for (const [value, observedAt] of acknowledged) assert.equal(found.get(value), observedAt, `${id} has ${value}`);
  for (const [value, observedAt] of found) {
    assert.equal(acknowledged.get(value) ?? open.get(value), observedAt, `${id} was told ${value}`);
  }
  const [last] = await shown(`/temporal/entities/${id}?${WINDOW}&lastN=1`);
  const present = await shown(`/entities/${id}`);
  assert.deepEqual([last.value, last.observedAt], [present.value, present.observedAt], `${id} at present`);
  assert.equal(last.observedAt, recorded.length > 0 && history.at(-1)?.observedAt, `${id} last`);
  const { sum, totalCount } = await shown(
    `/temporal/entities/${id}?${WINDOW}&format=aggregatedValues&aggrMethods=sum,totalCount`,
  );
  const total = history.reduce((sum, { value }) => sum + value, 0);
  assert.deepEqual([sum[0][0], totalCount[0][0]], [total, history.length], `${id} in sums`);
}

test(`history is what was written, and its last value the present, after PostgreSQL was restarted ${RESTARTS} times under load`, {
  skip: bin === undefined && 'PostgreSQL 17 with PostGIS is missing',
}, async (t) => {
  const server = await startPostgres(bin as string);
  t.after(() => server.stop());
  const db = await openDatabase({ url: server.url });
  t.after(() => db.close());
  const broker = await startTemporalBroker(db, 'restarts', 100_000);
  t.after(() => broker.close());
  const memories = new Map(Array.from({ length: LAMPS }, (_, n) => [`urn:ngsi-ld:Lamp:${n}`, new Memory()]));
  for (const [id, { acknowledged }] of memories) {
    const observedAt = nextTime();
    const response = await broker.ask('POST', '/entities', {
      id,
      type: 'Lamp',
      level: { type: 'Property', value: 0, observedAt },
    });
    assert.equal(response.statusCode, 201, response.body);
    acknowledged.set(0, observedAt);
  }

  let isOver = false;
  let value = 0;
  let acknowledged = 0;
  let refused = 0;
  const writers = [...memories].map(async ([id, memory]) => {
    while (!isOver) {
      if (await writeValue(broker, id, ++value, memory)) acknowledged++;
      else {
        refused++;
        await pause(50);
      }
    }
  });
  const more = async () => {
    for (const before = acknowledged; acknowledged < before + WRITES_BETWEEN; ) await pause(10);
  };
  for (let n = 0; n < RESTARTS; n++) {
    await more();
    // Alternates between a restart by an administrator and a crash.
    await server.restart(n % 2 === 0 ? 'SIGINT' : 'SIGQUIT');
  }
  await more();
  isOver = true;
  await Promise.all(writers);

  assert.ok(refused > 0, 'some met a server that was away');
  for (const [id, memory] of memories) await compare(broker, id, memory);
});
