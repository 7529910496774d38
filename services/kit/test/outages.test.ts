import assert from 'node:assert/strict';
import { type TestContext, test } from 'node:test';
import { createLogger } from '@alzette/kit/outages';

interface Line {
  readonly level: number;
  readonly msg: string;
  readonly outage?: string;
  readonly seconds?: number;
  readonly failedRequests?: number;
  readonly failed?: Readonly<Record<string, number>>;
  readonly err?: object;
}

function started(level = 'info') {
  const lines: Line[] = [];
  const log = createLogger({ level }, { write: (line: string) => void lines.push(JSON.parse(line)) });
  return { ...log, lines };
}

const AWAY = Object.assign(new Error('connect ECONNREFUSED'), { code: '57P03' });
const MINUTE_MS = 60_000;

/** Lets a time pass in which a loop fails each second. */
async function failFor(t: TestContext, ms: number, fail: () => void): Promise<void> {
  for (let passed = 0; passed < ms; passed += 1000) {
    fail();
    t.mock.timers.tick(1000);
    await Promise.resolve();
    await Promise.resolve();
  }
}

/** The time of the test, also for the clock of the reporter. */
function stopTime(t: TestContext): void {
  t.mock.timers.enable({ apis: ['setInterval', 'Date'] });
  t.mock.method(performance, 'now', () => Date.now());
}

test('an outage is told when it begins, after 1, 10 and 60 minutes, and when it has ended, without stacks', async (t) => {
  stopTime(t);
  const { logger, outages, lines } = started();
  let isAway = true;
  outages.askBy(() => (isAway ? Promise.reject(AWAY) : Promise.resolve()));
  const loops = logger.child({ service: 'rules' });
  await failFor(t, 61 * MINUTE_MS, () => {
    loops.error({ err: AWAY }, 'could not evaluate the rules');
    loops.warn(AWAY, 'could not read the outbox');
    outages.note('away', AWAY);
  });
  assert.equal(outages.reason, 'The database cannot be reached');
  isAway = false;
  await failFor(t, 10_000, () => {});
  assert.equal(outages.reason, undefined);
  assert.deepEqual(
    lines.map(({ msg, level, seconds }) => [msg, level, Math.round((seconds ?? 0) / 60)]),
    [
      ['The database cannot be reached', 50, 0],
      ['The database cannot be reached, still', 50, 1],
      ['The database cannot be reached, still', 50, 10],
      ['The database cannot be reached, still', 50, 60],
      ['The database is available again', 30, 61],
    ],
  );
  const last = lines.at(-1);
  assert.deepEqual(last?.failed, { 'could not evaluate the rules': 3660, 'could not read the outbox': 3660 });
  assert.equal(last?.failedRequests, 3660);
  assert.ok(!JSON.stringify(lines).includes('outages.test.ts'), 'no stack');
});

test('an error that is no outage is written as it is, also during one', () => {
  const { logger, lines } = started();
  logger.error({ err: AWAY }, 'could not read');
  logger.error({ err: new TypeError('a mistake') }, 'could not compute');
  logger.error('only a text');
  logger.info({ err: AWAY }, 'for the curious');
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ['The database cannot be reached', 'could not compute', 'only a text', 'for the curious'],
  );
});

test('an outage is recognised in an error that a library has copied, and in an answer of the broker', () => {
  const told = {
    status: 503,
    problem: { detail: 'The database has no room left: the write may or may not have been done' },
  };
  for (const [error, outage] of [
    [{ ...AWAY, queue: 'nights' }, 'away'],
    [{ inDoubt: false, queue: 'nights' }, 'away'],
    [Object.assign(new Error('Temporarily unavailable'), told), 'full'],
    [new Error('not written', { cause: Object.assign(new Error('Temporarily unavailable'), told) }), 'full'],
  ] as const) {
    const { logger, lines } = started();
    logger.warn({ err: error }, 'it failed');
    logger.warn({ error }, 'it failed again');
    assert.deepEqual(
      lines.map((line) => line.outage),
      [outage],
    );
  }
});

test('an absent node is told beside the database, and has ended when nothing fails any more', async (t) => {
  stopTime(t);
  const { logger, outages, lines } = started();
  outages.askBy(() => Promise.resolve());
  const nodeAway = Object.assign(new Error('node'), { code: 'ALZND' });
  await failFor(t, 20_000, () => logger.warn({ err: nodeAway }, 'a tenant waits'));
  assert.equal(outages.reason, undefined);
  await failFor(t, 40_000, () => {});
  assert.deepEqual(
    lines.map(({ msg }) => msg),
    ['A node of the database cannot be reached', 'All nodes of the database can be reached again'],
  );
});

test('a database that answers in turns with failures has one outage', async (t) => {
  stopTime(t);
  const { logger, outages, lines } = started();
  outages.askBy(() => Promise.resolve());
  await failFor(t, 50_000, () => logger.warn({ err: AWAY }, 'it failed'));
  assert.equal(lines.length, 1);
  await failFor(t, 5_000, () => {});
  assert.equal(lines.length, 2);
});
