import { setTimeout as pause } from 'node:timers/promises';

const LOOK_EVERY_MS = 1000;

/** Waits until our broker has summed up its whole history, which continues after the last write. */
export async function summedUp(url: string): Promise<void> {
  for (;;) {
    const { rollups } = (await (await fetch(`${url}/ops/history`)).json()) as {
      rollups: { watermark: number; last: number };
    };
    if (rollups.watermark >= rollups.last) return;
    await pause(LOOK_EVERY_MS);
  }
}
