import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { planRounds } from '../src/rounds/plan-rounds.ts';
import { lengthOf } from '../src/rounds/problem.ts';

/**
 * How close the rounds are to the best known ones, on files of TSPLIB or CVRPLIB (EUC_2D):
 *
 *   node services/waste/test/rounds-bench.ts berlin52.tsp=7542 A-n32-k5.vrp=784 …
 *
 * Each argument is a file and the length of the best known tour. Distances are rounded, as in TSPLIB.
 */
const WITHIN_MS = 1_200;
const MAX_ABOVE = 0.05;
let isWorse = false;

for (const given of process.argv.slice(2)) {
  const [path = '', best = ''] = given.split('=');
  const { points, demands, capacity } = readInstance(readFileSync(path, 'utf8'));
  const distances = points.map(([x1, y1]) => points.map(([x2, y2]) => Math.round(Math.hypot(x1 - x2, y1 - y2))));
  const stops = points.slice(1).map((_, i) => ({ demand: demands[i + 1] ?? 0 }));
  const problem = { stops, capacity, distance: (a: number, b: number) => distances[a]?.[b] ?? 0 };
  const begun = performance.now();
  const { rounds } = planRounds(problem, { withinMs: WITHIN_MS });
  const ms = performance.now() - begun;
  const length = rounds.reduce((sum, round) => sum + lengthOf(problem, round), 0);
  const above = length / Number(best) - 1;
  isWorse ||= above > MAX_ABOVE || rounds.flat().length !== stops.length;
  const percent = `${(above * 100).toFixed(2)} % above the best known (${best})`;
  console.log(`${basename(path)}: ${length} in ${rounds.length} round(s), ${percent}, ${Math.round(ms)} ms`);
}
if (isWorse) process.exitCode = 1;

function readInstance(text: string) {
  const points: [number, number][] = [];
  const demands: number[] = [];
  let capacity = Number.POSITIVE_INFINITY;
  let section = '';
  for (const line of text.split('\n').map((each) => each.trim())) {
    if (/^[A-Z_]+_SECTION/.test(line)) section = line;
    else if (line.startsWith('CAPACITY')) capacity = Number(line.split(':')[1]);
    else if (/^[A-Z]/.test(line)) section = line === 'EOF' ? '' : section;
    else if (section.startsWith('NODE_COORD')) {
      const [, x, y] = line.split(/\s+/).map(Number);
      points.push([x ?? 0, y ?? 0]);
    } else if (section.startsWith('DEMAND')) {
      demands.push(Number(line.split(/\s+/)[1]));
    }
  }
  return { points, demands, capacity };
}
