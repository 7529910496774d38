import { createHash } from 'node:crypto';
import { computeTask } from '@alzette/kit/compute-task';
import { type Recognised, recognise } from './recognise.ts';

export const INSPECTION = computeTask<typeof inspect>('files.inspection', import.meta.url);

/** What a file is, and its SHA-256 in hexadecimal. */
export default function inspect(given: Uint8Array): Recognised & { readonly digest: string } {
  const bytes = Buffer.from(given.buffer, given.byteOffset, given.byteLength);
  return { ...recognise(bytes), digest: createHash('sha256').update(bytes).digest('hex') };
}
