import { CatchUp } from '../store/catch-up.ts';
import type { RegistrationStore, StoredRegistration } from '../store/registrations.ts';
import { ForwardCounters } from './forward-counters.ts';
import { openRegistration } from './open-registration.ts';
import type { Registration } from './registration.ts';
import type { RegistrationDocument } from './registration-document.ts';
import { RegistrationIndex } from './registration-index.ts';

/** The registrations in force, held in memory and matched there. */
export interface Registrations {
  readonly store: RegistrationStore;
  readonly index: RegistrationIndex;
  /** Puts one in force that the store holds already. */
  put(registration: Registration): void;
  remove(tenant: string, id: string): void;
  /** Counts a request to a source: cheap, written down with others a moment later. */
  count(registration: Pick<Registration, 'tenant' | 'id'>, succeeded: boolean): void;
  /** Resolves when the counters are written down. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

interface Log {
  error(fields: object, message: string): void;
}

const EXPIRY_EVERY_MS = 1000;

/** Loads the registrations, follows the changes that other processes make of them, and removes what has expired (5.9.2.4). */
export async function createRegistrations(
  store: RegistrationStore,
  log: Log,
  onExpired: (registration: Registration) => void = () => {},
): Promise<Registrations> {
  const index = new RegistrationIndex();
  const counters = new ForwardCounters(store, log);
  const loading = Promise.withResolvers<void>();
  const reload = async (tenant: string, id: string) => {
    await loading.promise; // what was read at first may be older than the news
    const stored = await store.get(tenant, id);
    if (stored === undefined) index.remove(tenant, id);
    else index.put(opened(stored));
  };
  const stopListening = await store.listen((tenant, id) => {
    reload(tenant, id).catch((error) => log.error({ error, tenant, id }, 'A registration could not be reloaded'));
  });
  for await (const stored of store.all()) {
    try {
      index.put(opened(stored));
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
      for (const { tenant, id } of await store.removeExpired()) {
        const registration = index.get(tenant, id);
        index.remove(tenant, id);
        if (registration !== undefined) onExpired(registration);
      }
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
    put: (registration) => index.put(registration),
    remove: (tenant, id) => index.remove(tenant, id),
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
