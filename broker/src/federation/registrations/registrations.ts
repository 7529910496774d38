import type { Secrets } from '../../database/secrets.ts';
import type { OutboxEntry } from '../../entities/write-lane/write-lane.ts';
import { type ChangeTracker, follow } from '../../processes/followed-table.ts';
import { ForwardCounters } from './forward-counters.ts';
import { RegistrationIndex } from './index/registration-index.ts';
import { openRegistration } from './open-registration.ts';
import type { Registration } from './registration.ts';
import type { RegistrationDocument } from './registration-document.ts';
import type { RegistrationStore, StoredRegistration } from './registration-store.ts';
import { openPairs, ownerOfSource } from './source-secrets.ts';

/** The active registrations, kept in memory and matched there. */
export interface Registrations {
  readonly store: RegistrationStore;
  readonly index: RegistrationIndex;
  /** Activates a registration that the store already holds. */
  put(registration: Registration): void;
  remove(tenant: string, id: string): void;
  /** Sets the listener for changes made by this process. */
  watch(watcher: RegistrationWatcher): void;
  readonly watcher: RegistrationWatcher;
  /** Calls `changed` whenever a registration is created, changed or deleted, in any process. */
  onChange(changed: (tenant: string, id: string) => void): void;
  /** Counts a request to a source. Cheap: counts are written in batches. */
  count(registration: Pick<Registration, 'tenant' | 'id'>, succeeded: boolean): void;
  /** Resolves when the counters are written. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** A registration as used for matching, with its document. */
export interface RegistrationState {
  readonly registration: Registration;
  readonly document: RegistrationDocument;
}

/** Reacts to changes of registrations. */
interface RegistrationWatcher {
  /**
   * The notifications caused by a change, written in the same transaction; undefined means that the registration does
   * not exist before or after.
   */
  notificationsOf(before: RegistrationState | undefined, after: RegistrationState | undefined): readonly OutboxEntry[];
  /** Called after the commit. */
  committed(entries: readonly OutboxEntry[]): void;
}

const NOBODY: RegistrationWatcher = { notificationsOf: () => [], committed() {} };

interface Log {
  error(fields: object, message: string): void;
}

const EXPIRY_EVERY_MS = 1000;

/** Loads the registrations, follows changes made by other processes, and removes expired ones (5.9.2.4). */
export async function createRegistrations(
  store: RegistrationStore,
  secrets: Secrets,
  log: Log,
  changeBarrier?: ChangeTracker,
): Promise<Registrations> {
  const index = new RegistrationIndex();
  const counters = new ForwardCounters(store, log);
  let watcher = NOBODY;
  let changed = (_tenant: string, _id: string) => {};
  const put = (registration: Registration) => {
    const { tenant, id, contextSourceInfo } = registration;
    index.put({ ...registration, contextSourceInfo: openPairs(contextSourceInfo, ownerOfSource(tenant, id), secrets) });
    changed(tenant, id);
  };
  const remove = (tenant: string, id: string) => {
    index.remove(tenant, id);
    changed(tenant, id);
  };
  const stopFollowing = await follow(
    store,
    { what: 'registration', put: (stored) => put(opened(stored)), remove },
    log,
    changeBarrier,
  );

  let expiring: Promise<void> | undefined;
  const expire = async () => {
    if (!index.anyExpires) return;
    try {
      const entries: OutboxEntry[] = [];
      const removed = await store.removeExpired((stored) => {
        const notifications = watcher.notificationsOf(stateOf(stored), undefined);
        entries.push(...notifications);
        return notifications;
      });
      for (const { tenant, id } of removed) remove(tenant, id);
      watcher.committed(entries);
    } catch (error) {
      log.error({ error }, 'Could not remove expired registrations');
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
    put,
    remove,
    onChange(onChange) {
      changed = onChange;
    },
    watch(other) {
      watcher = other;
    },
    get watcher() {
      return watcher;
    },
    count: (registration, succeeded) => counters.count(registration, succeeded),
    settled: () => counters.settled(),
    async close() {
      clearInterval(expiry);
      await expiring;
      await counters.settled();
      await stopFollowing();
    },
  };
}

export function stateOf(stored: StoredRegistration): RegistrationState {
  return { registration: opened(stored), document: stored.document as RegistrationDocument }; // written only by this broker
}

/** Parses a stored registration. */
export function opened({ tenant, document, createdAt }: StoredRegistration): Registration {
  return openRegistration(tenant, document as RegistrationDocument, createdAt); // written only by this broker
}
