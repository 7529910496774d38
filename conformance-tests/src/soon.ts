import { setTimeout as sleep } from 'node:timers/promises';
import type { Broker } from './rig/broker.ts';

const AFTERWARDS_MS = 400;

/** A time at which something expires: soon, but after a broker with this timeout has answered a few requests. */
export function soon({ settings: { timeoutMs } }: Pick<Broker, 'settings'>): string {
  return new Date(Date.now() + 500 + timeoutMs / 20).toISOString();
}

/** Resolves shortly after the time. */
export async function passed(time: string): Promise<void> {
  await sleep(Math.max(0, Date.parse(time) - Date.now()) + AFTERWARDS_MS);
}
