import { CatchUp, type ChangeLog } from './change-log.ts';

/** A table whose rows a process holds in memory. */
export interface FollowedTable<Stored> extends ChangeLog {
  get(tenant: string, id: string): Promise<Stored | undefined>;
  all(): AsyncIterable<Stored>;
  listen(onChange: (tenant: string, id: string) => void): Promise<() => Promise<void>>;
}

/** What is held of it. */
export interface Held<Stored> {
  /** How messages name a row, e.g. `subscription`. */
  readonly what: string;
  /** Takes a row in place of the one of its id. @throws when it can't be read */
  put(stored: Stored, isFirst: boolean): void;
  remove(tenant: string, id: string): void;
}

interface Log {
  error(fields: object, message: string): void;
}

/** Is told of the changes of others while they are being taken in. */
export interface Hears {
  during(work: Promise<unknown>): void;
}

/** Loads a table and follows the changes that other processes make of it. Resolves to the undoing. */
export async function follow<Stored extends { readonly tenant: string; readonly id: string }>(
  table: FollowedTable<Stored>,
  held: Held<Stored>,
  log: Log,
  hearing?: Hears,
): Promise<() => Promise<void>> {
  const loading = Promise.withResolvers<void>();
  const reload = async (tenant: string, id: string) => {
    await loading.promise; // what was read at first may be older than the news
    const stored = await table.get(tenant, id);
    if (stored === undefined) held.remove(tenant, id);
    else held.put(stored, false);
  };
  const stopListening = await table.listen((tenant, id) => {
    const reloading = reload(tenant, id);
    hearing?.during(reloading);
    reloading.catch((error) => log.error({ error, tenant, id }, `A ${held.what} could not be reloaded`));
  });
  for await (const stored of table.all()) {
    try {
      held.put(stored, true);
    } catch (error) {
      log.error({ error, tenant: stored.tenant, id: stored.id }, `A stored ${held.what} could not be read`);
    }
  }
  loading.resolve();
  const catchUp = new CatchUp(table, reload, log);
  await catchUp.start();
  return async () => {
    await catchUp.close();
    await stopListening();
  };
}
