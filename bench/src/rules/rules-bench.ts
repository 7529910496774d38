import { cpus } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { TERRITORY_CONTEXT_PATH } from '@alzette/ngsi-ld-schemas';
import { modelOfType } from '@alzette/ngsi-ld-schemas/models';
import pg from 'pg';
import { cpuSeconds, familySeconds } from '../cost.ts';
import { ownTarget, type TargetWithDatabase } from '../target.ts';

/*
 * npm run bench -- rules [--entities 10000] [--rules 50] [--rate 100] [--seconds 60] [--lamps 660] [--days 30]
 *
 * Prints the cost of rules: the product's CPU time with and without them at the same rate of changes, the time from a
 * change to its alarm, and the duration of a back-test over a month of history.
 */
const { values } = parseArgs({
  args: process.argv.slice(2),
  options: {
    entities: { type: 'string', default: '10000' },
    rules: { type: 'string', default: '50' },
    rate: { type: 'string', default: '100' },
    seconds: { type: 'string', default: '60' },
    lamps: { type: 'string', default: '660' },
    days: { type: 'string', default: '30' },
    only: { type: 'string' },
  },
});
const settings = {
  entities: Number(values.entities),
  rules: Number(values.rules),
  rate: Number(values.rate),
  seconds: Number(values.seconds),
  lamps: Number(values.lamps),
  days: Number(values.days),
};

const CHUNK = 500;
const BATCHES_PER_SECOND = 10;
const EVERY_MINUTES = 15;
const DAY = 86_400_000;

const JSON_TYPE = { 'content-type': 'application/json' };

const INSTANCES = `
  INSERT INTO history (tenant, entity_id, attribute, dataset_id, kind, at, modified_at, instance, number)
  SELECT '', 'urn:ngsi-ld:Streetlight:bench-' || n, $1, '', 'attributeUpdated', at, at,
    format('{"type":"Property","value":%1$s,"unitCode":"WTT","observedAt":"%2$s","createdAt":"2025-01-01T00:00:00.000Z","modifiedAt":"%2$s"}',
      v, to_char(at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'))::jsonb, v
  FROM generate_series($3::timestamptz, $4::timestamptz, make_interval(mins => $5)) AS at,
    generate_series(0, $2::int - 1) AS n,
    LATERAL (SELECT round((random() * 100 + n * 0)::numeric, 2) AS v) AS value`;

const target = await ownTarget();
const context = target.url + TERRITORY_CONTEXT_PATH;
const [cpu] = cpus();
console.log(`${cpu?.model.trim()}, ${cpus().length} cores, Node ${process.version}, PostgreSQL with fsync on\n`);
try {
  if (values.only !== 'backtest') await following(target);
  if (values.only !== 'following') await backtesting(target);
} finally {
  await target.stop();
}

/** Every rule applies to every entity, each with another level. */
async function following({ url, pid }: TargetWithDatabase): Promise<void> {
  for (let start = 0; start < settings.entities; start += CHUNK) {
    await upsert(
      url,
      range(start, Math.min(start + CHUNK, settings.entities)).map((n) => container(n, 0.2)),
    );
  }
  const before = await costOfChanges(url, pid);
  for (const n of range(0, settings.rules)) await putRule(url, rule(n));
  const synced = performance.now();
  await until(async () => (await metricOf(url, 'alzette_rules_entities_total')) >= 2 * settings.entities, 300_000);
  console.log(
    `${settings.entities} entities × ${settings.rules} rules read ${seconds(performance.now() - synced)} s after they were written`,
  );
  // Time until the rules are read again, in case they were written during a read.
  await sleep(8000);
  await until(async () => (await metricOf(url, 'alzette_rules_inbox')) === 0, 300_000);
  const since = Date.now();
  const after = await costOfChanges(url, pid);
  console.log(`\n| ${settings.rate} changes/s for ${settings.seconds} s | of a core |\n| --- | --: |`);
  console.log(`| without rules | ${before.toFixed(3)} |\n| with ${settings.rules} rules | ${after.toFixed(3)} |`);
  console.log(`| rules alone | ${(after - before).toFixed(3)} |\n`);
  await until(async () => (await metricOf(url, 'alzette_rules_inbox')) === 0, 300_000);
  await sleep(3000);
  const latencies = (await alarmLatencies(url, since)).sort((a, b) => a - b);
  const at = (share: number) =>
    latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN;
  console.log(
    `${latencies.length} alarms; from change to alarm: median ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms\n`,
  );
}

/** @returns the share of a core that the product uses at this rate of changes */
async function costOfChanges(url: string, pid: number): Promise<number> {
  const size = settings.rate / BATCHES_PER_SECOND;
  const began = performance.now();
  const taken = await cpuSeconds(pid);
  let n = 0;
  for (let batch = 0; batch < settings.seconds * BATCHES_PER_SECOND; batch++) {
    const changed = range(0, size).map(() => {
      n = (n + 7) % settings.entities;
      // One in a hundred exceeds a level of the rules, at random, so that it differs in each round.
      return container(n, Math.random() < 0.01 ? 0.9 : 0.2);
    });
    await upsert(url, changed);
    const due = began + ((batch + 1) * 1000) / BATCHES_PER_SECOND;
    await sleep(Math.max(0, due - performance.now()));
  }
  return (await cpuSeconds(pid)) - taken > 0
    ? ((await cpuSeconds(pid)) - taken) / ((performance.now() - began) / 1000)
    : 0;
}

async function alarmLatencies(url: string, since: number): Promise<number[]> {
  const latencies: number[] = [];
  for (let offset = 0; ; offset += CHUNK) {
    const query = `type=Alert&options=sysAttrs&limit=${CHUNK}&offset=${offset}`;
    const alerts = (await get(url, `/ngsi-ld/v1/entities?${query}`, alertContext(url))) as Alert[];
    for (const { createdAt, data } of alerts) {
      const observedAt = Date.parse(data?.value?.evidence?.to ?? '');
      const raisedAt = Date.parse(createdAt);
      // An alarm that existed before has a new observedAt by a later change, so it is not counted.
      if (observedAt >= since && raisedAt >= since) latencies.push(raisedAt - observedAt);
    }
    if (alerts.length < CHUNK) return latencies;
  }
}

interface Alert {
  readonly createdAt: string;
  readonly data?: { readonly value?: { readonly evidence?: { readonly to?: string } } };
}

/** A month of lamps, each with a measurement every quarter of an hour. */
async function backtesting({ url, databaseUrl, pid, databasePid }: TargetWithDatabase): Promise<void> {
  const lamps = range(0, settings.lamps);
  for (let start = 0; start < lamps.length; start += CHUNK) {
    await upsert(url, lamps.slice(start, start + CHUNK).map(lamp));
  }
  await fillHistory(databaseUrl);
  const instances = (settings.lamps * settings.days * 24 * 60) / EVERY_MINUTES;
  const to = new Date();
  const from = new Date(to.getTime() - settings.days * DAY);
  const draft = {
    id: 'urn:ngsi-ld:Rule:bench-power',
    name: { fr: 'Puissance', en: 'Power' },
    scope: { types: ['Streetlight'] },
    when: { attr: 'powerConsumption', op: '>', value: 98, unit: 'WTT' },
    for: 'PT10M',
    clear: { when: { attr: 'powerConsumption', op: '<', value: 90, unit: 'WTT' }, for: 'PT10M' },
    severity: 'low',
  };
  for (let n = 0; n < 3; n++) {
    const began = performance.now();
    const [product, database] = [await cpuSeconds(pid), await familySeconds(databasePid)];
    const body = JSON.stringify({ rule: draft, from: from.toISOString(), to: to.toISOString() });
    const answer = await fetch(`${url}/rules/backtest`, { method: 'POST', headers: JSON_TYPE, body });
    const result = (await answer.json()) as { samples: number; raised: number; entities: number };
    if (!answer.ok) throw new Error(JSON.stringify(result));
    const taken = [(await cpuSeconds(pid)) - product, (await familySeconds(databasePid)) - database];
    console.log(
      `back-test of ${settings.days} days × ${result.entities} lamps: ${seconds(performance.now() - began)} s ` +
        `(processor: ${taken.map((each) => each.toFixed(1)).join(' s of the product, ')} s of PostgreSQL), ` +
        `${result.samples} of ${instances} samples and those of the lead, ${result.raised} alarms`,
    );
  }
}

async function fillHistory(databaseUrl: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  const to = new Date(Date.now() - 60_000);
  const from = new Date(to.getTime() - (settings.days + 1) * DAY);
  await client.query('SELECT make_history_partitions($1, $2)', [from, to]);
  const iri = modelOfType('Streetlight')?.attributes.powerConsumption?.iri;
  for (let start = from.getTime(); start < to.getTime(); start += 5 * DAY) {
    const end = Math.min(start + 5 * DAY - 1000, to.getTime());
    await client.query(INSTANCES, [iri, settings.lamps, new Date(start), new Date(end), EVERY_MINUTES]);
  }
  await client.query('VACUUM ANALYZE history');
  await client.end();
}

function container(n: number, level: number) {
  const fillingLevel = { type: 'Property', value: level, observedAt: new Date().toISOString() };
  return { id: `urn:ngsi-ld:WasteContainer:bench-${n}`, type: 'WasteContainer', scope: '/Villerupt', fillingLevel };
}

function lamp(n: number) {
  const powerConsumption = { type: 'Property', value: 50, unitCode: 'WTT', observedAt: new Date().toISOString() };
  return { id: `urn:ngsi-ld:Streetlight:bench-${n}`, type: 'Streetlight', powerConsumption };
}

/** Only the first rule raises alarms for the changes; the levels of the others are never reached. */
function rule(n: number) {
  const value = n === 0 ? 0.8 : 0.95 + n / 10_000;
  return {
    id: `urn:ngsi-ld:Rule:bench-${n}`,
    name: { fr: `Niveau ${n}`, en: `Level ${n}` },
    scope: { types: ['WasteContainer'] },
    when: { attr: 'fillingLevel', op: '>=', value },
    ...(n % 2 === 1 && { for: 'PT10M' }),
    clear: { when: { attr: 'fillingLevel', op: '<', value: 0.5 } },
    severity: 'low',
  };
}

function linked(of: string): Record<string, string> {
  return { link: `<${of}>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"` };
}

function alertContext(url: string): string {
  return `${url}/contexts/Alert/v2.jsonld`;
}

async function upsert(url: string, entities: readonly object[]): Promise<void> {
  const path = '/ngsi-ld/v1/entityOperations/upsert?options=update';
  const headers = { ...JSON_TYPE, ...linked(context) };
  const answer = await fetch(url + path, { method: 'POST', headers, body: JSON.stringify(entities) });
  if (!answer.ok || answer.status === 207) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

async function putRule(url: string, document: { readonly id: string }): Promise<void> {
  const answer = await fetch(`${url}/rules/${document.id}`, {
    method: 'PUT',
    headers: JSON_TYPE,
    body: JSON.stringify(document),
  });
  if (!answer.ok) throw new Error(`${document.id}: ${answer.status} ${await answer.text()}`);
  await answer.arrayBuffer();
}

async function get(url: string, path: string, of: string): Promise<unknown> {
  const answer = await fetch(url + path, { headers: linked(of) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function metricOf(url: string, name: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const line = text.split('\n').find((each) => each.startsWith(`${name} `));
  return Number(line?.slice(name.length + 1) ?? Number.NaN);
}

async function until(holds: () => Promise<boolean>, withinMs: number): Promise<void> {
  const end = performance.now() + withinMs;
  while (!(await holds())) {
    if (performance.now() > end) throw new Error(`not within ${withinMs} ms`);
    await sleep(500);
  }
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from }, (_, n) => from + n);
}

function seconds(ms: number): string {
  return (ms / 1000).toFixed(1);
}
