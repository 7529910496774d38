import { entityId } from './bench-entity.ts';
import { httpLoad, type Measurement, median } from './load.ts';
import { postJson, seed } from './seed.ts';
import { ownTarget, startProduct, type Target } from './target.ts';
import type { Settings } from './workload.ts';

const API = '/ngsi-ld/v1';

/**
 * What access costs: retrievals by a key that sees everything and by one that sees all attributes but one, beside the same
 * while access is open, of one database and in turns.
 */
export async function accessBench(settings: Settings, runs: number): Promise<void> {
  const open = await ownTarget();
  let guarded: Target | undefined;
  try {
    await seed(open, settings.entities);
    const whole = await keyOf(open, { title: 'Whole', roles: ['administrator'] });
    const part = await keyOf(open, { title: 'Part', client: 'bench' });
    const policy = { id: 'bench', who: { clients: ['bench'] }, may: ['read'], exceptAttributes: ['power'] };
    await postJson(`${open.url}/ops/access/policies`, policy);
    guarded = await startProduct(open.databaseUrl as string, { ACCESS: 'enforced' }); // ours has one
    const ways: readonly (readonly [name: string, target: Target, headers: Record<string, string>])[] = [
      ['retrieve, open', open, {}],
      ['retrieve, key that sees all', guarded, { 'x-api-key': whole }],
      ['retrieve, key that sees a part', guarded, { 'x-api-key': part }],
    ];
    const measured = ways.map((): Measurement[] => []);
    for (let run = 0; run <= runs; run++) {
      for (const [place, [, target, headers]] of ways.entries()) {
        const seconds = run === 0 ? 2 : settings.seconds; // the first warms up
        const found = await retrievals(target, headers, { ...settings, seconds });
        if (run > 0) measured[place]?.push(found);
      }
    }
    const medians = measured.map(median);
    console.log('| workload | per second | p50 ms | p99 ms | errors | of open |');
    console.log('| --- | --: | --: | --: | --: | --: |');
    for (const [place, { perSecond, p50, p99, errors }] of medians.entries()) {
      const share = perSecond / (medians[0]?.perSecond ?? Number.NaN);
      console.log(
        `| ${ways[place]?.[0]} | ${Math.round(perSecond)} | ${p50} | ${p99} | ${errors} | ${Math.round(share * 100)} % |`,
      );
    }
  } finally {
    await guarded?.stop();
    await open.stop();
  }
}

function retrievals({ url }: Target, headers: Record<string, string>, { connections, seconds, entities }: Settings) {
  return httpLoad({
    url,
    connections,
    seconds,
    headers,
    request: (n) => ({ method: 'GET', path: `${API}/entities/${entityId((n * 7919) % entities)}` }),
  });
}

/** A key made while access is open. */
async function keyOf({ url }: Target, key: object): Promise<string> {
  const made = await postJson(`${url}/ops/access/keys`, key);
  return ((await made.json()) as { key: string }).key;
}
