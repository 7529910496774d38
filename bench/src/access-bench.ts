import { entityId } from './bench-entity.ts';
import { cpuSeconds } from './cost.ts';
import { httpLoad } from './load/http-load.ts';
import { type Measurement, median } from './load/measurement.ts';
import { postJson, seed } from './seed.ts';
import { type OwnTarget, ownTarget, startProduct, type Target } from './target.ts';
import type { Settings } from './workload.ts';

const API = '/ngsi-ld/v1';
const WARM_UP_S = 4;
const TURN_S = 1;

/** One measurement of a variant, with the CPU time of the broker's process. */
interface Turn extends Measurement {
  /** CPU microseconds per request, of all threads. */
  readonly cpu: number;
}

interface Way {
  readonly name: string;
  readonly target: OwnTarget;
  readonly headers: Record<string, string>;
}

/**
 * The cost of access control: retrievals by a key with all rights and by one without a single attribute, compared with
 * open access, on one database. The variants alternate every second in a changing order, and each is compared with the
 * open one of its round, so that other load affects all of them. Each run has new processes, because their speed
 * varies. CPU time is printed in addition to the rate, because it varies less.
 */
export async function accessBench(settings: Settings, runs: number): Promise<void> {
  const store = await ownTarget();
  try {
    await seed(store, settings.entities);
    const whole = await keyOf(store, { title: 'Whole', roles: ['administrator'] });
    const part = await keyOf(store, { title: 'Part', client: 'bench' });
    const policy = { id: 'bench', who: { clients: ['bench'] }, may: ['read'], exceptAttributes: ['power'] };
    await postJson(`${store.url}/ops/access/policies`, policy);
    const rounds: Turn[][] = [];
    for (let run = 0; run < runs; run++) rounds.push(...(await oneRun(store.databaseUrl, { whole, part }, settings)));
    print(rounds);
  } finally {
    await store.stop();
  }
}

const NAMES = ['open', 'a key that sees all', 'a key that sees a part'] as const;

/** One round per second; each contains the variants in the order of the names. */
async function oneRun(
  databaseUrl: string,
  keys: { readonly whole: string; readonly part: string },
  settings: Settings,
): Promise<Turn[][]> {
  const open = await startProduct(databaseUrl, { ACCESS: 'open' });
  const guarded = await startProduct(databaseUrl, { ACCESS: 'enforced' });
  try {
    const ways: readonly Way[] = [
      { name: NAMES[0], target: open, headers: {} },
      { name: NAMES[1], target: guarded, headers: { 'x-api-key': keys.whole } },
      { name: NAMES[2], target: guarded, headers: { 'x-api-key': keys.part } },
    ];
    for (const way of ways) await turn(way, settings, WARM_UP_S);
    const rounds: Turn[][] = [];
    for (let round = 0; round < settings.seconds; round++) {
      const turns: Turn[] = [];
      for (let n = 0; n < ways.length; n++) {
        const place = (round + n) % ways.length;
        turns[place] = await turn(ways[place] as Way, settings, TURN_S);
      }
      rounds.push(turns);
    }
    return rounds;
  } finally {
    await guarded.stop();
    await open.stop();
  }
}

async function turn({ target, headers }: Way, { connections, entities }: Settings, seconds: number): Promise<Turn> {
  const before = await cpuSeconds(target.pid);
  const load = { url: target.url, connections, seconds, headers };
  const request = (n: number) => ({
    method: 'GET' as const,
    path: `${API}/entities/${entityId((n * 7919) % entities)}`,
  });
  const measured = await httpLoad({ ...load, request });
  const used = (await cpuSeconds(target.pid)) - before;
  return { ...measured, cpu: (used * 1e6) / measured.answers };
}

function print(rounds: readonly Turn[][]): void {
  console.log(
    `Medians of ${rounds.length} rounds; shares of the open turn of the same round, in brackets their quartiles.\n`,
  );
  console.log('| retrieve by | per second | p50 ms | p99 ms | errors | µs of CPU | rate, of open | CPU, of open |');
  console.log('| --- | --: | --: | --: | --: | --: | --: | --: |');
  for (const [place, name] of NAMES.entries()) {
    const turns = rounds.map((round) => round[place] as Turn);
    const share = (of: (turn: Turn) => number) =>
      sharesShown(rounds.map((round) => of(round[place] as Turn) / of(round[0] as Turn)));
    const { perSecond, p50, p99 } = median(turns);
    const errors = turns.reduce((sum, each) => sum + each.errors, 0);
    const cpu = quantile(
      turns.map((each) => each.cpu),
      0.5,
    );
    const shares = `${share((each) => each.perSecond)} | ${share((each) => each.cpu)}`;
    console.log(
      `| ${name} | ${Math.round(perSecond)} | ${p50.toFixed(1)} | ${p99.toFixed(1)} | ${errors} | ${cpu.toFixed(1)} | ${shares} |`,
    );
  }
}

function sharesShown(shares: readonly number[]): string {
  const shown = (share: number) => (quantile(shares, share) * 100).toFixed(1);
  return `${shown(0.5)} % (${shown(0.25)} to ${shown(0.75)})`;
}

function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((one, other) => one - other);
  return sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN;
}

/** A key that is created while access is open. */
async function keyOf({ url }: Target, key: object): Promise<string> {
  const made = await postJson(`${url}/ops/access/keys`, key);
  return ((await made.json()) as { key: string }).key;
}
