import { setTimeout as sleep } from 'node:timers/promises';
import { benchEntity } from './bench-entity.ts';
import type { Target } from './target.ts';

const CHUNK = 500;

/** Puts entities 0 to `count` - 1 into the broker. */
export async function seed({ url }: Pick<Target, 'url'>, count: number): Promise<void> {
  for (let start = 0; start < count; start += CHUNK) {
    const entities = Array.from({ length: Math.min(CHUNK, count - start) }, (_, offset) => benchEntity(start + offset));
    await postJson(`${url}/ngsi-ld/v1/entityOperations/upsert`, entities);
  }
}

/** What follows a seeding by itself, our sums of the history among it, begins within five seconds. */
const REST_MS = 8000;

/**
 * Waits until what follows a seeding is done: what is committed meanwhile waits for it, and until then who asks for history looks up
 * what is new row by row.
 */
export async function rest(): Promise<void> {
  await sleep(REST_MS);
}

/** Seeds and rests. */
export async function seedAndRest(target: Pick<Target, 'url'>, count: number): Promise<void> {
  await seed(target, count);
  await rest();
}

/** @throws Error: the answer is no success */
export async function postJson(url: string, body: unknown, more: Record<string, string> = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...more };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok || response.status === 207)
    throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  return response;
}
