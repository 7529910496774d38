/*
 * The time of a search among 50,000 assets:
 *
 *     npm run bench -- search [--url URL] [--assets 50000]
 *
 * Without --url the product is started on a new PostgreSQL; a running server must have open access. Each search is one
 * HTTP request, one after the other.
 */
import { parseArgs } from 'node:util';
import { seedAssets, territoryLink } from '../map/territory-of-lamps.ts';
import { foreignTarget, ownTarget } from '../target.ts';

const { values } = parseArgs({ options: { url: { type: 'string' }, assets: { type: 'string', default: '50000' } } });
const target = values.url === undefined ? await ownTarget() : foreignTarget(values.url);
const { url } = target;
const TURNS = 200;
const TEXTS = [
  'lampadaire republ',
  'lampadaire',
  'republique',
  'b-4999',
  'conteneur gare',
  'lampadere republik',
  'republ vill',
];

await seedAssets(url, Number(values.assets));
await untilFound('lampadaire republ');
for (const text of TEXTS) {
  const times: number[] = [];
  let found = 0;
  for (let turn = 0; turn < TURNS; turn++) {
    const start = performance.now();
    found = (await search(text)).entities.length;
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  const at = (share: number) => Math.round((times[Math.floor(times.length * share)] ?? 0) * 10) / 10;
  console.log(JSON.stringify({ text, found, p50: at(0.5), p95: at(0.95), p99: at(0.99) }));
}
await target.stop();

async function search(text: string): Promise<{ entities: unknown[] }> {
  const answer = await fetch(`${url}/territory/search?${new URLSearchParams({ text })}`, {
    headers: territoryLink(url),
  });
  if (!answer.ok) throw new Error(`search: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { entities: unknown[] };
}

async function untilFound(text: string): Promise<void> {
  const deadline = Date.now() + 120_000;
  for (let last = -1; Date.now() < deadline; ) {
    const { entities } = await search(text);
    if (entities.length > 0 && entities.length === last) return;
    last = entities.length;
    await new Promise((resolve) => setTimeout(resolve, 3000));
  }
}
