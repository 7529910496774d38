import { computeTask } from '@alzette/kit/compute-task';
import { type OpenedPack, openArchive } from './archive.ts';
import { PackFault } from './pack-fault.ts';

/** What is wrong with an archive crosses threads as text. */
type Opened = { readonly opened: OpenedPack } | { readonly fault: string };

export const OPEN_ARCHIVE = computeTask<typeof opened>('packs.open', import.meta.url, { limitMs: 5000 });

export default function opened(zip: Uint8Array): Opened {
  try {
    return { opened: openArchive(zip) };
  } catch (error) {
    if (!(error instanceof PackFault)) throw error;
    return { fault: error.message };
  }
}
