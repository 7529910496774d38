import { setTimeout as sleep } from 'node:timers/promises';
import { benchEntity } from './bench-entity.ts';
import type { Target } from './target.ts';

const CHUNK = 500;

/** Creates entities 0 to `count` - 1. */
export async function seed({ url }: Pick<Target, 'url'>, count: number): Promise<void> {
  for (let start = 0; start < count; start += CHUNK) {
    const entities = Array.from({ length: Math.min(CHUNK, count - start) }, (_, offset) => benchEntity(start + offset));
    await postJson(`${url}/ngsi-ld/v1/entityOperations/upsert`, entities);
  }
}

/** Background work after seeding, such as our sums of the history, starts within five seconds. */
const REST_MS = 8000;

/**
 * Waits until the background work after seeding is done. Commits during it wait, and history queries read unsummed rows
 * one by one.
 */
export async function rest(): Promise<void> {
  await sleep(REST_MS);
}

/** Seeds and waits for the background work. */
export async function seedAndRest(target: Pick<Target, 'url'>, count: number): Promise<void> {
  await seed(target, count);
  await rest();
}

/** @throws Error: the answer is not a success */
export async function postJson(url: string, body: unknown, more: Record<string, string> = {}): Promise<Response> {
  const headers = { 'content-type': 'application/json', ...more };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!response.ok || response.status === 207)
    throw new Error(`POST ${url}: ${response.status} ${await response.text()}`);
  return response;
}
