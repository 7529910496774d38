import { cpus, totalmem } from 'node:os';
import { parseArgs } from 'node:util';
import { Pool } from 'undici';
import { postJson } from '../seed.ts';
import { type Case, casesFor } from './cases.ts';
import { COMMON } from './generate.ts';
import { type ScaleTarget, scaleTarget } from './scale-target.ts';

/*
 * node bench/src/scale/main.ts [--sizes 1000,100000,1000000] [--requests 200] [--seconds 5] [--plans]
 *
 * The time of each kind of query, one request at a time, at each size; with --plans also PostgreSQL's plans. Slow
 * queries are repeated only as often as the seconds allow.
 */
const { values } = parseArgs({
  options: {
    sizes: { type: 'string', default: '1000,100000,1000000' },
    requests: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '5' },
    plans: { type: 'boolean', default: false },
  },
});
const sizes = values.sizes.split(',').map(Number);

const [cpu] = cpus();
console.log(
  `${cpu?.model.trim()}, ${cpus().length} cores, ${Math.round(totalmem() / 2 ** 30)} GiB, Node ${process.version}; ` +
    `one request at a time, ${values.requests} or as many as fit into ${values.seconds} s\n`,
);
const results = new Map<string, string[]>();
for (const [column, size] of sizes.entries()) await measureAt(size, column);
console.log(`| median / p95, ms | ${sizes.map((size) => `${size.toLocaleString('en')} entities`).join(' | ')} |`);
console.log(`| --- | ${sizes.map(() => '--:').join(' | ')} |`);
for (const [name, cells] of results) console.log(`| ${name} | ${cells.join(' | ')} |`);

async function measureAt(size: number, column: number): Promise<void> {
  const target = await scaleTarget();
  const pool = new Pool(target.url, { connections: 1, headersTimeout: 120_000 });
  try {
    const start = Date.now();
    await target.fill(0, size, size);
    console.log(`${size} entities generated in ${((Date.now() - start) / 1000).toFixed(0)} s`);
    for (const question of casesFor(size)) {
      if (question.indexed !== undefined) await makeIndex(target.url, question.indexed);
      const { median, p95 } = await measure(pool, question);
      const name = question.name.replace(/\d{3,}$/, (offset) => (offset === '100' ? offset : 'n'));
      const cells = results.get(name) ?? sizes.map(() => '');
      cells[column] = `${median} / ${p95}`;
      results.set(name, cells);
      if (values.plans) await showPlans(target, pool, question, size);
    }
  } finally {
    await pool.close();
    await target.stop();
  }
}

async function measure(pool: Pool, question: Case): Promise<{ median: string; p95: string }> {
  const times: number[] = [];
  const warm = performance.now() + Number(values.seconds) * 200;
  for (let n = 0; n < 5 && performance.now() < warm; n++) await ask(pool, question, n);
  const end = performance.now() + Number(values.seconds) * 1000;
  for (let n = 5; n < 5 + Number(values.requests) && performance.now() < end; n++) {
    const start = performance.now();
    await ask(pool, question, n);
    times.push(performance.now() - start);
  }
  times.sort((one, other) => one - other);
  const at = (share: number) => (times[Math.min(times.length - 1, Math.floor(times.length * share))] ?? 0).toFixed(1);
  return { median: at(0.5), p95: at(0.95) };
}

/** @throws Error: the answer is wrong */
async function ask(pool: Pool, { name, found, path, write }: Case, n: number): Promise<void> {
  const given = write?.body?.(n);
  const { statusCode, body } = await pool.request({
    method: write?.method ?? 'GET',
    path: path(n),
    ...(given !== undefined && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(given) }),
  });
  const text = await body.text();
  if (statusCode >= 300 || statusCode === 207) throw new Error(`${name}: ${statusCode} ${text}`);
  if (found === undefined) return;
  const entities = JSON.parse(text) as unknown[];
  if (entities.length !== found) throw new Error(`${name}: ${entities.length} entities, expected ${found}`);
}

async function makeIndex(url: string, attribute: string): Promise<void> {
  const response = await postJson(`${url}/ops/indexes`, { type: COMMON, attribute });
  const { name } = (await response.json()) as { name: string };
  for (;;) {
    const report = await (await fetch(`${url}/ops/indexes`)).json();
    const { making, indexes } = report as { making: unknown; indexes: { name: string }[] };
    if (making === null && indexes.some((index) => index.name === name)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

async function showPlans(target: ScaleTarget, pool: Pool, question: Case, size: number): Promise<void> {
  console.log(`\n${question.name}, ${size} entities\n${await target.plansOf(() => ask(pool, question, 300))}`);
}
