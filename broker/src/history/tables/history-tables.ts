import type { Queryable } from '../../database/database.ts';

/** A table with a part of the history: a partition, or a chunk of TimescaleDB. */
export interface HistoryTable {
  readonly name: string;
  /** Null: the default partition for all other times. */
  readonly from: Date | null;
  readonly to: Date | null;
  readonly bytes: number;
}

const IS_HYPERTABLE = `SELECT relkind <> 'p' AS hypertable FROM pg_class WHERE oid = 'history'::regclass`;

const SELECT_PARTITIONS = `
  SELECT c.oid::regclass::text AS name, pg_total_relation_size(c.oid) AS bytes,
    (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'FROM \\(''([^'']+)''\\)'))[1]::timestamptz AS "from",
    (regexp_match(pg_get_expr(c.relpartbound, c.oid), 'TO \\(''([^'']+)''\\)'))[1]::timestamptz AS "to"
  FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'history'::regclass ORDER BY 3, 1`;

const SELECT_CHUNKS = `
  SELECT format('%I.%I', chunk_schema, chunk_name) AS name, range_start AS "from", range_end AS "to",
    pg_total_relation_size(format('%I.%I', chunk_schema, chunk_name)::regclass) AS bytes
  FROM timescaledb_information.chunks
  WHERE hypertable_name = 'history' AND hypertable_schema = current_schema() ORDER BY range_start`;

/** Whether the history is a TimescaleDB hypertable; otherwise it uses PostgreSQL partitions. */
export async function isHypertable(db: Queryable): Promise<boolean> {
  const { rows } = await db.query<{ hypertable: boolean }>({ text: IS_HYPERTABLE });
  return rows[0]?.hypertable === true;
}

/** The partitions or chunks of the history, in order of time. */
export async function historyTables(db: Queryable): Promise<HistoryTable[]> {
  const { rows } = await db.query<HistoryTable>({ text: (await isHypertable(db)) ? SELECT_CHUNKS : SELECT_PARTITIONS });
  return rows;
}
