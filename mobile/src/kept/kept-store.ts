import { clear, createStore, del, entries, get, set, update } from 'idb-keyval';

/** Values of one kind on this device, each by its key. They survive a closed app. */
export interface KeptStore<T extends { readonly key: string }> {
  all(): Promise<T[]>;
  one(key: string): Promise<T | undefined>;
  keep(value: T): Promise<void>;
  /** Does nothing if the value was deleted in the meantime. */
  change(key: string, change: Partial<T>): Promise<void>;
  forget(key: string): Promise<void>;
  clear(): Promise<void>;
}

export function keptStore<T extends { readonly key: string }>(database: string, name: string): KeptStore<T> {
  const store = createStore(database, name);
  return {
    all: async () => (await entries<string, T>(store)).map(([, value]) => value),
    one: (key) => get<T>(key, store),
    keep: (value) => set(value.key, value, store),
    async change(key, change) {
      if ((await get<T>(key, store)) === undefined) return;
      await update<T>(key, (before) => ({ ...(before as T), ...change }), store); // checked above
    },
    forget: (key) => del(key, store),
    clear: () => clear(store),
  };
}

export const DRAFT_DAYS = 30;
const KEPT_MS = DRAFT_DAYS * 86_400_000;

/** The drafts in a store, the latest first. Old ones are deleted. */
export async function freshDrafts<T extends { readonly key: string; readonly changedAt: number }>(
  store: KeptStore<T>,
): Promise<T[]> {
  const all = await store.all();
  const isOld = ({ changedAt }: T) => Date.now() - changedAt > KEPT_MS;
  await Promise.all(all.filter(isOld).map(({ key }) => store.forget(key)));
  return all.filter((draft) => !isOld(draft)).sort((a, b) => b.changedAt - a.changedAt);
}
