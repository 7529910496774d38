import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 1000;

/** Waits until the broker, which is ours, has summed up all that its history holds: that goes on when those who wrote have ended. */
export async function summedUp(url: string): Promise<void> {
  for (;;) {
    const { rollups } = (await (await fetch(`${url}/ops/history`)).json()) as {
      rollups: { watermark: number; last: number };
    };
    if (rollups.watermark >= rollups.last) return;
    await pause(LOOK_EVERY_MS);
  }
}
