import { clear, createStore, del, entries, set } from 'idb-keyval';
import type { GivenReport } from '../form/given-report.ts';

/** A report that is not finished, on this device only. */
export interface Draft extends Readonly<GivenReport> {
  readonly key: string;
  /** The refused report that it corrects. */
  readonly corrects?: string | undefined;
  /** Milliseconds since 1970. */
  readonly changedAt: number;
}

export const DRAFT_DAYS = 30;
const KEPT_MS = DRAFT_DAYS * 86_400_000;
const store = createStore('alzette-drafts', 'drafts');

/** The drafts of this device, the latest first. Old ones are deleted. */
export async function readDrafts(): Promise<Draft[]> {
  const all = (await entries<string, Draft>(store)).map(([, draft]) => draft);
  const isOld = ({ changedAt }: Draft) => Date.now() - changedAt > KEPT_MS;
  await Promise.all(all.filter(isOld).map(({ key }) => del(key, store)));
  return all.filter((draft) => !isOld(draft)).sort((a, b) => b.changedAt - a.changedAt);
}

export async function keepDraft(draft: Draft): Promise<void> {
  await set(draft.key, draft, store);
}

export async function dropDraft(key: string): Promise<void> {
  await del(key, store);
}

/** Told on this device when all drafts were deleted: a page that has one in its form drops it, too. */
export const ALL_DROPPED = 'alzette:drafts-dropped';

export async function dropAllDrafts(): Promise<void> {
  await clear(store);
  dispatchEvent(new Event(ALL_DROPPED));
}
