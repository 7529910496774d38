import { TYPE } from '../bench-entity.ts';
import { postJson, seed } from '../seed.ts';
import { summedUp } from '../summed-up.ts';
import type { Row } from './rows.ts';

const INDEXED = ['street', 'energy'];

/** Brings our broker into the state that rows need, with this number of entities, and waits for its background work. */
export async function reachState(url: string, needs: Row['needs'], entities: number): Promise<void> {
  if (needs === 'nothing') return;
  await seed({ url }, entities);
  await summedUp(url);
  if (needs === 'entities') return;
  for (const attribute of INDEXED) await makeIndex(url, attribute);
}

/** Makes the index of an attribute, unless it exists. */
async function makeIndex(url: string, attribute: string): Promise<void> {
  const { name } = (await (await postJson(`${url}/ops/indexes`, { type: TYPE, attribute })).json()) as { name: string };
  for (;;) {
    const report = await (await fetch(`${url}/ops/indexes`)).json();
    const { making, indexes } = report as { making: unknown; indexes: { name: string }[] };
    if (making === null && indexes.some((index) => index.name === name)) return;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}
