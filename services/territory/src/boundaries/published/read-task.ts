import { computeTask } from '@alzette/kit/compute-task';
import type { PublishedBoundary } from '../communes-in-boundaries.ts';
import { readBoundaryFile } from './read-boundary-file.ts';

/** Why a file is unreadable crosses threads as text. */
type Result = { readonly features: readonly PublishedBoundary[] } | { readonly fault: string };

export const READ_BOUNDARIES = computeTask<typeof readBoundaries>('territory.read-boundaries', import.meta.url);

export default function readBoundaries(bytes: Uint8Array): Result {
  try {
    return { features: readBoundaryFile(bytes) };
  } catch (cause) {
    return { fault: cause instanceof Error ? cause.message : String(cause) };
  }
}
