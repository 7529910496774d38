import { CatchUp, type ChangeLog } from './change-log.ts';

/** A table whose rows each process keeps in memory. */
export interface FollowedTable<Stored> extends ChangeLog {
  get(tenant: string, id: string): Promise<Stored | undefined>;
  /** @param onLate called later with the rows of a node that was unreachable */
  all(onLate: (rows: readonly Stored[]) => void): AsyncIterable<Stored>;
  listen(onChange: (tenant: string, id: string) => void): Promise<() => Promise<void>>;
}

/** Keeps the rows of a table in memory. */
interface RowHolder<Stored> {
  /** How log messages name a row, e.g. `subscription`. */
  readonly what: string;
  /** Replaces the row with the same id. @throws if it can't be parsed */
  put(stored: Stored, isFirst: boolean): void;
  remove(tenant: string, id: string): void;
}

interface Log {
  error(fields: object, message: string): void;
}

/** Tracks changes of other processes while they are being applied. */
export interface ChangeTracker {
  track(work: Promise<unknown>): void;
}

/** Loads a table and follows the changes of other processes. Returns a function that stops following. */
export async function follow<Stored extends { readonly tenant: string; readonly id: string }>(
  table: FollowedTable<Stored>,
  holder: RowHolder<Stored>,
  log: Log,
  changeBarrier?: ChangeTracker,
): Promise<() => Promise<void>> {
  const loading = Promise.withResolvers<void>();
  const reload = async (tenant: string, id: string) => {
    await loading.promise; // the initial read may be older than the change
    const stored = await table.get(tenant, id);
    if (stored === undefined) holder.remove(tenant, id);
    else holder.put(stored, false);
  };
  const stopListening = await table.listen((tenant, id) => {
    const reloading = reload(tenant, id);
    changeBarrier?.track(reloading);
    reloading.catch((error) => log.error({ error, tenant, id }, `Could not reload a ${holder.what}`));
  });
  const put = (stored: Stored) => {
    try {
      holder.put(stored, true);
    } catch (error) {
      log.error({ error, tenant: stored.tenant, id: stored.id }, `Could not parse a stored ${holder.what}`);
    }
  };
  for await (const stored of table.all((late) => late.forEach(put))) put(stored);
  loading.resolve();
  const catchUp = new CatchUp(table, reload, log);
  await catchUp.start();
  return async () => {
    await catchUp.close();
    await stopListening();
  };
}
