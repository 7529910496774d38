import { Pool } from 'undici';
import { entityId } from '../bench-entity.ts';
import { httpLoad } from '../load/http-load.ts';
import { postJson, seed } from '../seed.ts';
import { summedUp } from '../summed-up.ts';
import { filledHistory, generateHistory, LAMP, SENSOR, SENSORS } from './generate-history.ts';
import { type HistoryTarget, historyTarget } from './history-target.ts';

const WRITTEN_ENTITIES = 1000;

interface HistorySettings {
  readonly instances: number;
  /** Requests per query. */
  readonly requests: number;
  readonly connections: number;
  /** Seconds per measurement of writes; 0: none. */
  readonly seconds: number;
  readonly showsPlans: boolean;
  /** A folder in which the data are kept for the next run. Existing data are used unchanged. */
  readonly data?: string;
  /** Ends after the data are written and summed up. */
  readonly onlyFills: boolean;
}

interface Question {
  readonly name: string;
  readonly goalMs: number;
  path(n: number): string;
  /** Checks the answer. @throws Error: it is wrong */
  check(body: unknown): void;
}

/** Fills a history, sends the queries of dashboards, one at a time, and measures writes with and without history. */
export async function historyBench(settings: HistorySettings): Promise<void> {
  const target = await historyTarget(settings.data);
  const pool = new Pool(target.url, { connections: 1, headersTimeout: 120_000 });
  try {
    const filled = (await filledHistory(target.client)) ?? (await fill(target, settings.instances));
    const { rows } =
      await target.client.query(`SELECT count(*) AS n, pg_size_pretty(sum(pg_total_relation_size(inhrelid))) AS size,
      (SELECT sum(reltuples) FROM pg_class WHERE oid IN (SELECT inhrelid FROM pg_inherits WHERE inhparent = 'history'::regclass)) AS instances
      FROM pg_inherits WHERE inhparent = 'history'::regclass`);
    console.log(
      `${Math.round(rows[0].instances / 1e5) / 10} M instances in ${rows[0].n} partitions, ${rows[0].size}\n`,
    );
    if (settings.onlyFills) return;
    console.log('| question | goal, p95 ms | median ms | p95 ms |\n| --- | --: | --: | --: |');
    for (const question of questions(filled.from, filled.to)) {
      await measure(pool, question, settings.requests);
      if (settings.showsPlans) console.log(await target.plansOf(async () => void (await ask(pool, question, 0))));
    }
    if (settings.seconds > 0) await ingest(target, settings);
  } finally {
    await pool.close();
    await target.stop();
  }
}

async function fill({ client, url, databaseUrl }: HistoryTarget, instances: number): Promise<{ from: Date; to: Date }> {
  let start = performance.now();
  // After one request the broker knows the types and attributes, and does not search the whole history for them at the
  // next start.
  for (const type of [LAMP, SENSOR]) {
    const id = `urn:ngsi-ld:${type}:seen`;
    await postJson(`${url}/ngsi-ld/v1/entities`, { id, type, level: { type: 'Property', value: 1 } });
    for (const path of ['entities', 'temporal/entities']) {
      const { status } = await fetch(`${url}/ngsi-ld/v1/${path}/${id}`, { method: 'DELETE' });
      if (status !== 204) throw new Error(`${path}/${id} could not be deleted: ${status}`);
    }
  }
  const filled = await generateHistory(client, databaseUrl, instances);
  console.log(`generated in ${seconds(start)} s, one each ${filled.stepSeconds} s of 100 lamps for a year`);
  start = performance.now();
  await summedUp(url);
  await client.query('VACUUM ANALYZE history_hour, history_day');
  console.log(`summed up ${seconds(start)} s later`);
  return filled;
}

function seconds(start: number): string {
  return ((performance.now() - start) / 1000).toFixed(0);
}

function questions(from: Date, to: Date): Question[] {
  const window = (start: Date) =>
    `timerel=between&timeAt=${start.toISOString()}&endTimeAt=${to.toISOString()}&attrs=level&format=aggregatedValues`;
  const sixWeeks = new Date(to.getTime() - 42 * 86_400_000);
  const valuesOf = (body: unknown, method: string) =>
    [body].flat().flatMap((entity) => (entity as { level: { [method: string]: unknown[] } }).level[method] ?? [])
      .length;
  const expect = (got: number, least: number) => {
    if (got < least) throw new Error(`got ${got} values, expected ${least}`);
  };
  return [
    {
      name: 'six weeks of a lamp, PT5M avg, min, max',
      goalMs: 200,
      path: (n) =>
        `/ngsi-ld/v1/temporal/entities/urn:ngsi-ld:${LAMP}:${n % 100}?${window(sixWeeks)}&aggrMethods=avg,min,max&aggrPeriodDuration=PT5M`,
      check: (body) => expect(valuesOf(body, 'avg'), 10_000),
    },
    {
      name: 'a year of 100 lamps, P1D sum',
      goalMs: 500,
      path: () =>
        `/ngsi-ld/v1/temporal/entities?type=${LAMP}&limit=100&${window(from)}&aggrMethods=sum&aggrPeriodDuration=P1D`,
      check: (body) => expect(valuesOf(body, 'sum'), 36_500),
    },
    {
      name: 'the last value of 5,000 sensors',
      goalMs: 200,
      path: () =>
        `/ngsi-ld/v1/temporal/entities?type=${SENSOR}&limit=${SENSORS}&timerel=before&timeAt=${new Date().toISOString()}&lastN=1&attrs=level&format=temporalValues`,
      check: (body) => expect((body as unknown[]).length, SENSORS),
    },
  ];
}

async function measure(pool: Pool, question: Question, requests: number): Promise<void> {
  const times: number[] = [];
  for (let n = -3; n < requests; n++) {
    const took = await ask(pool, question, n + 3);
    if (n >= 0) times.push(took);
  }
  times.sort((one, other) => one - other);
  const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(0);
  console.log(`| ${question.name} | ${question.goalMs} | ${at(0.5)} | ${at(0.95)} |`);
}

/** Returns the milliseconds until the complete answer was received, without parsing it. */
async function ask(pool: Pool, { name, path, check }: Question, n: number): Promise<number> {
  const start = performance.now();
  const { statusCode, body } = await pool.request({ method: 'GET', path: path(n) });
  const text = await body.text();
  const took = performance.now() - start;
  if (statusCode !== 200) throw new Error(`${name}: ${statusCode} ${text}`);
  check(JSON.parse(text));
  return took;
}

/** Updates of one attribute, alternating with and without history, so that other load affects both. */
async function ingest(target: HistoryTarget, { connections, seconds }: HistorySettings): Promise<void> {
  // A kept folder may contain them already.
  await seed(target, WRITTEN_ENTITIES);
  console.log('\n| updates a second | on | off |\n| --- | --: | --: |');
  for (let run = 1; run <= 3; run++) {
    const rates: string[] = [];
    for (const history of ['on', 'off'] as const) {
      await target.restart(history);
      const load = (length: number) =>
        httpLoad({
          url: target.url,
          connections,
          seconds: length,
          request: (n) => ({
            method: 'PATCH',
            path: `/ngsi-ld/v1/entities/${entityId(n % WRITTEN_ENTITIES)}/attrs/power`,
            body: JSON.stringify({
              type: 'Property',
              value: n + run * 1_000_000,
              observedAt: new Date().toISOString(),
            }),
          }),
        });
      await load(2);
      const { perSecond, errors } = await load(seconds);
      rates.push(`${Math.round(perSecond)}${errors > 0 ? ` (${errors} errors)` : ''}`);
    }
    console.log(`| run ${run} | ${rates.join(' | ')} |`);
  }
}
