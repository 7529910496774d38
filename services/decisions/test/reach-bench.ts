import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createCompute } from '@alzette/kit/compute';
import { streetGraph } from '@alzette/kit/streets';
import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';
import { reachInThreads } from '../src/reach/spread.ts';

/**
 * Measures who reaches what in 15 minutes: `node services/decisions/test/reach-bench.ts`. 10,000 origins on a town of
 * 20,000 crossings, one mode, in the threads of the product; the event loop must stay free.
 */
const SIDE = 142;
const ORIGINS = 10_000;
const PLACES = 200;
const STEP = 0.0008;
const MAX_S = 10;
const MAX_BLOCK_MS = 50;

let state = 7;
const random = () => {
  state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
  return state / 2_147_483_648;
};
const at = (x: number, y: number): LonLat => [5.9 + x * STEP * 1.5, 49.4 + y * STEP];
const lines: LonLat[][] = [];
for (let x = 0; x < SIDE; x += 1) {
  for (let y = 0; y < SIDE; y += 1) {
    if (x + 1 < SIDE && random() < 0.9) lines.push([at(x, y), at(x + 1, y)]);
    if (y + 1 < SIDE && random() < 0.9) lines.push([at(x, y), at(x, y + 1)]);
  }
}
const graph = streetGraph({
  features: lines.map((coordinates) => ({ geometry: { type: 'LineString', coordinates } })),
});
const anywhere = (): LonLat => at(Math.floor(random() * SIDE), Math.floor(random() * SIDE));
const origins = Array.from({ length: ORIGINS }, anywhere);
const places = Array.from({ length: 6 }, () => Array.from({ length: PLACES }, anywhere));
const compute = createCompute();
const delay = monitorEventLoopDelay({ resolution: 1 });
for (const mode of ['walk', 'cycle'] as const) {
  // Threads start with the first task.
  await reachInThreads(compute, { graph, mode, minutes: 1, origins: origins.slice(0, 10), places }, { tenant: '' });
  delay.reset();
  delay.enable();
  const [begun, used] = [performance.now(), process.cpuUsage()];
  const { counts } = await reachInThreads(compute, { graph, mode, minutes: 15, origins, places }, { tenant: '' });
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(used);
  delay.disable();
  const block = delay.max / 1e6;
  const mean = counts.reduce((sum, count) => sum + count, 0) / ORIGINS;
  console.log(
    `${ORIGINS} origins, ${mode}, 15 min: ${seconds.toFixed(1)} s (goal ${MAX_S}), ` +
      `${((user + system) / 1e6).toFixed(1)} s of processor in all threads, longest block ` +
      `${block.toFixed(0)} ms (goal ${MAX_BLOCK_MS}), ${mean.toFixed(1)} places reached on average`,
  );
}
await compute.close();
