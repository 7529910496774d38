import { TYPE } from '../bench-entity.ts';
import { postJson, seed } from '../seed.ts';
import { summedUp } from '../summed-up.ts';
import type { Row } from './rows.ts';

interface IndexState {
  readonly making: unknown;
  readonly indexes: readonly { readonly attribute: string }[];
}

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
  const state = async () => (await (await fetch(`${url}/ops/indexes`)).json()) as IndexState;
  const isMade = async () => {
    const { making, indexes } = await state();
    return making === null && indexes.some((index) => index.attribute.endsWith(`/${attribute}`));
  };
  if (await isMade()) return;
  await postJson(`${url}/ops/indexes`, { type: TYPE, attribute });
  while (!(await isMade())) await new Promise((resolve) => setTimeout(resolve, 100));
}
