/*
 * How long a search takes among 50,000 assets:
 *
 *     node bench/src/search/search-bench.ts http://127.0.0.1:3000 [50000]
 *
 * The product runs already, with access open. Each search is one request over HTTP, one after the other.
 */
import { seedAssets, territoryLink } from '../map/territory-of-lamps.ts';

const [url = 'http://127.0.0.1:3000', assets = '50000'] = process.argv.slice(2);
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

await seedAssets(url, Number(assets));
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
