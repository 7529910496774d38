import { migrate } from '@alzette/kit/migrate';
import type { Logger } from 'pino';
import { accessStore } from './access/access-store.ts';
import { type ApiKey, hashOf, newKey, parseKey } from './access/api-key.ts';
import { createContexts } from './context/create-contexts.ts';
import { distributeByTenant, refuseWorker } from './database/citus/distribute.ts';
import { moveTenant, type TenantMove } from './database/citus/move-tenant.ts';
import type { Database } from './database/database.ts';
import { createWriteLane } from './entities/write-lane/lane.ts';
import { type HistoryImport, type ImportReport, importHistory } from './history/import/import-history.ts';
import { ensureHistoryPartitions } from './history/tables/history-partitions.ts';
import { dropReader, readers, type SqlReader, setReader } from './sql-views/sql-readers.ts';
import { refreshViews } from './sql-views/sql-view-registry.ts';
import { SqlViews } from './sql-views/sql-views.ts';
import { ensureTenant } from './tenants/tenants.ts';

export { auditStore } from './access/audit.ts';
export { openSecrets } from './database/secrets.ts';
export type { ImportProgress, Rejection } from './history/import/import-store.ts';
export { endTenant } from './tenants/tenants.ts';
export type { HistoryImport, ImportReport, SqlReader };

export type ImportJob = Omit<HistoryImport, 'names'>;

/** Command-line functions for operators, on a database that running brokers may use at the same time. */
export interface Operator {
  /** @throws Error: see {@link importHistory}; NgsiLdError LdContextNotAvailable */
  importHistory(job: ImportJob): Promise<ImportReport>;
  /** @throws Error: see {@link setReader} */
  setReader(reader: SqlReader, password: string): Promise<string[]>;
  dropReader(role: string): Promise<boolean>;
  readers(): Promise<SqlReader[]>;
  /** Creates missing views of types and attributes; `rebuild` creates all views again. */
  refreshViews(rebuild: boolean): Promise<void>;
  /** The API keys, without the keys themselves. */
  keys(): Promise<OperatorKey[]>;
  /** Creates an API key. The key itself is not stored. @throws NgsiLdError BadRequestData: an invalid member */
  makeKey(document: object): Promise<{ readonly id: string; readonly key: string }>;
  /** False: there is no valid key with this id. */
  revokeKey(id: string): Promise<boolean>;
  /** On a cluster. False: the tenant is already there. @throws Error: see {@link moveTenant} */
  moveTenant(move: TenantMove): Promise<boolean>;
  close(): Promise<void>;
}

export interface OperatorKey extends ApiKey {
  readonly id: string;
  readonly revokedAt?: Date;
}

interface OperatorOptions {
  readonly db: Database;
  readonly publicUrl: string;
  readonly offline: boolean;
  readonly logger: Logger;
}

export const migrationsFolder = new URL('../migrations/', import.meta.url);

/** Migrates the database. It is not closed with the operator: that is up to the code that opened it. */
export async function openOperator({ db, publicUrl, offline, logger }: OperatorOptions): Promise<Operator> {
  await refuseWorker(db);
  await migrate(db, migrationsFolder, 'broker');
  await ensureHistoryPartitions(db);
  await distributeByTenant(db);
  const contexts = await createContexts({ db, publicUrl, offline });
  const views = new SqlViews(db, logger);
  await views.start();
  const keys = accessStore(db);
  const lane = createWriteLane(db, {
    listener: { notificationsOf: () => [], committed: (changes) => views.committed(changes) },
  });
  return {
    async importHistory(job) {
      const names = await contexts.resolve(job.context);
      await ensureTenant(db, job.tenant);
      return importHistory(db, lane, { ...job, names });
    },
    setReader: (reader, password) => setReader(db, reader, password),
    dropReader: (role) => dropReader(db, role),
    readers: () => readers(db),
    refreshViews: (rebuild) => refreshViews(db, rebuild),
    async keys() {
      const snapshot = await keys.snapshot();
      return snapshot.keys.map(({ id, document, revokedAt }) => ({
        ...(document as ApiKey), // in the format in which it was stored
        id,
        ...(revokedAt && { revokedAt }),
      }));
    },
    async makeKey(document) {
      const { id, key } = newKey();
      await keys.insertKey(id, hashOf(key), parseKey(document));
      return { id, key };
    },
    revokeKey: (id) => keys.revokeKey(id, new Date()),
    moveTenant: (move) => moveTenant(db, move),
    async close() {
      await views.close();
      await contexts.close();
    },
  };
}
