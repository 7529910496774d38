import { hasCitus } from '@alzette/kit/tenant-tables';
import type { Database, Queryable } from '../../database/database.ts';
import { isHypertable } from './history-tables.ts';

/**
 * `auto`: a hypertable if TimescaleDB is available and there is no history yet. `hypertable` also converts existing
 * history.
 */
export const HISTORY_STORAGES = ['auto', 'partitions', 'hypertable'] as const;
export type HistoryStorage = (typeof HISTORY_STORAGES)[number];

const SELECT_SITUATION = `
  SELECT EXISTS (SELECT 1 FROM history) AS filled,
    EXISTS (SELECT FROM pg_available_extensions WHERE name = 'timescaledb')
      AND coalesce(current_setting('shared_preload_libraries', true), '') ~ '\\mtimescaledb\\M' AS available`;

const CREATE_EXTENSION = 'CREATE EXTENSION IF NOT EXISTS timescaledb';

const SELECT_VIEWS = `
  SELECT DISTINCT v.oid::regclass::text || coalesce(' WITH (' || array_to_string(v.reloptions, ', ') || ')', '') AS name,
    pg_get_viewdef(v.oid) AS definition
  FROM pg_depend d JOIN pg_rewrite r ON r.oid = d.objid AND d.classid = 'pg_rewrite'::regclass
  JOIN pg_class v ON v.oid = r.ev_class AND v.relkind = 'v'
  WHERE d.refobjid = 'history'::regclass AND d.refclassid = 'pg_class'::regclass`;

// By month, like the partitions.
const CONVERT = [
  'LOCK TABLE history IN ACCESS EXCLUSIVE MODE',
  'ALTER TABLE history RENAME TO history_partitioned',
  'CREATE TABLE history (LIKE history_partitioned INCLUDING ALL)',
  `SELECT create_hypertable('history', 'at', chunk_time_interval => interval '1 month', create_default_indexes => false)`,
  'INSERT INTO history SELECT * FROM history_partitioned',
  `CREATE TRIGGER history_corrected AFTER DELETE OR UPDATE ON history
    FOR EACH ROW EXECUTE FUNCTION note_history_correction()`,
];
const DROP_PARTITIONED = 'DROP TABLE history_partitioned';

interface Log {
  info(message: string): void;
}

/**
 * Converts the history to a TimescaleDB hypertable if that is configured and possible. This is permanent.
 *
 * @throws Error: a hypertable is requested, but TimescaleDB is not available
 */
export async function prepareHistoryStorage(db: Database, wanted: HistoryStorage, log: Log): Promise<void> {
  if (wanted === 'partitions' || (await isHypertable(db))) return;
  // A cluster has partitions. They are not queried, because a node may be unreachable.
  if (wanted === 'auto' && (await hasCitus(db))) return;
  const { rows } = await db.query<{ filled: boolean; available: boolean }>({ text: SELECT_SITUATION });
  const { filled = false, available = false } = rows[0] ?? {};
  if (!available && wanted === 'hypertable') {
    throw new Error(
      'HISTORY_STORAGE is hypertable, but PostgreSQL has no TimescaleDB: install the extension timescaledb and name it in shared_preload_libraries',
    );
  }
  if (!available || (wanted === 'auto' && filled)) return;
  await db.query({ text: CREATE_EXTENSION });
  await db.transaction(convert);
  log.info('The history is stored in a hypertable of TimescaleDB');
}

async function convert(tx: Queryable): Promise<void> {
  const { rows: views } = await tx.query<{ name: string; definition: string }>({ text: SELECT_VIEWS });
  for (const text of CONVERT) await tx.query({ text });
  for (const { name, definition } of views) await tx.query({ text: `CREATE OR REPLACE VIEW ${name} AS ${definition}` });
  await tx.query({ text: DROP_PARTITIONED });
}
