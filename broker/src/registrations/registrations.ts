import { CatchUp } from '../store/catch-up.ts';
import type { RegistrationStore, StoredRegistration } from '../store/registrations.ts';
import type { Secrets } from '../store/secrets.ts';
import { ForwardCounters } from './forward-counters.ts';
import { openRegistration } from './open-registration.ts';
import type { Registration } from './registration.ts';
import type { RegistrationDocument } from './registration-document.ts';
import { RegistrationIndex } from './registration-index.ts';
import { openPairs, ownerOfSource } from './source-secrets.ts';

/** The registrations in force, held in memory and matched there. */
export interface Registrations {
  readonly store: RegistrationStore;
  readonly index: RegistrationIndex;
  /** Puts one in force that the store holds already, and tells of what changed. */
  put(registration: Registration): void;
  remove(tenant: string, id: string): void;
  /** Has each change told that this process makes; undefined is what is not, or no longer, there. */
  onChange(changed: RegistrationChanged): void;
  /** Counts a request to a source: cheap, written down with others a moment later. */
  count(registration: Pick<Registration, 'tenant' | 'id'>, succeeded: boolean): void;
  /** Resolves when the counters are written down. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export type RegistrationChanged = (before: Registration | undefined, after: Registration | undefined) => void;

interface Log {
  error(fields: object, message: string): void;
}

const EXPIRY_EVERY_MS = 1000;

/** Loads the registrations, follows the changes that other processes make of them, and removes what has expired (5.9.2.4). */
export async function createRegistrations(
  store: RegistrationStore,
  secrets: Secrets,
  log: Log,
): Promise<Registrations> {
  const index = new RegistrationIndex();
  const counters = new ForwardCounters(store, log);
  let changed: RegistrationChanged = () => {};
  const put = (registration: Registration) => {
    const { tenant, id, contextSourceInfo } = registration;
    index.put({ ...registration, contextSourceInfo: openPairs(contextSourceInfo, ownerOfSource(tenant, id), secrets) });
  };
  const remove = (tenant: string, id: string) => {
    const before = index.get(tenant, id);
    index.remove(tenant, id);
    if (before !== undefined) changed(before, undefined);
  };
  const loading = Promise.withResolvers<void>();
  const reload = async (tenant: string, id: string) => {
    await loading.promise; // what was read at first may be older than the news
    const stored = await store.get(tenant, id);
    if (stored === undefined) index.remove(tenant, id);
    else put(opened(stored));
  };
  const stopListening = await store.listen((tenant, id) => {
    reload(tenant, id).catch((error) => log.error({ error, tenant, id }, 'A registration could not be reloaded'));
  });
  for await (const stored of store.all()) {
    try {
      put(opened(stored));
    } catch (error) {
      log.error({ error, tenant: stored.tenant, id: stored.id }, 'A stored registration could not be read');
    }
  }
  loading.resolve();
  const catchUp = new CatchUp(store, reload, log);
  await catchUp.start();

  let expiring: Promise<void> | undefined;
  const expire = async () => {
    if (!index.anyExpires) return;
    try {
      for (const { tenant, id } of await store.removeExpired()) remove(tenant, id);
    } catch (error) {
      log.error({ error }, 'Expired registrations could not be removed');
    }
  };
  const expiry = setInterval(() => {
    expiring ??= expire().finally(() => {
      expiring = undefined;
    });
  }, EXPIRY_EVERY_MS);
  expiry.unref();

  return {
    store,
    index,
    put(registration) {
      const before = index.get(registration.tenant, registration.id);
      put(registration);
      changed(before, index.get(registration.tenant, registration.id));
    },
    remove,
    onChange(listener) {
      changed = listener;
    },
    count: (registration, succeeded) => counters.count(registration, succeeded),
    settled: () => counters.settled(),
    async close() {
      clearInterval(expiry);
      await expiring;
      await counters.settled();
      await catchUp.close();
      await stopListening();
    },
  };
}

/** What a stored registration stands for. */
export function opened({ tenant, document, createdAt }: StoredRegistration): Registration {
  return openRegistration(tenant, document as RegistrationDocument, createdAt); // written by us alone
}
