import { freshDrafts, keptStore } from '../../kept/kept-store.ts';
import type { GivenReport } from '../form/given-report.ts';

/** A report that is not finished, on this device only. */
export interface Draft extends Readonly<GivenReport> {
  readonly key: string;
  /** The refused report that it corrects. */
  readonly corrects?: string | undefined;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

const store = keptStore<Draft>('alzette-drafts', 'drafts');

/** The drafts of this device, the latest first. Old ones are deleted. */
export const readDrafts = (): Promise<Draft[]> => freshDrafts(store);
export const keepDraft = (draft: Draft): Promise<void> => store.keep(draft);
export const dropDraft = (key: string): Promise<void> => store.forget(key);

/** Told on this device when all drafts were deleted: a page that has one in its form drops it, too. */
export const ALL_DROPPED = 'alzette:drafts-dropped';

export async function dropAllDrafts(): Promise<void> {
  await store.clear();
  dispatchEvent(new Event(ALL_DROPPED));
}
