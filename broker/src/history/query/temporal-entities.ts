import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import { knownVisible } from '../../entities/read/q-sql/access-filter.ts';
import { entityCondition } from '../../entities/read/q-sql/entity-condition.ts';
import { isoTime } from '../../model/temporal/time-text.ts';
import { answerCondition } from './temporal-instances.ts';
import {
  inMilliseconds,
  KNOWN_ENTITIES,
  NEVER_EXPIRED,
  selectionCondition,
  type TemporalSelection,
  windowCondition,
} from './temporal-sql.ts';

/** A current or deleted entity, without its evolution. */
export interface KnownEntity {
  readonly id: string;
  readonly types: readonly string[];
  readonly createdAt: string;
  readonly modifiedAt?: string;
  readonly expiresAt?: string;
  readonly deletedAt?: string;
}

interface KnownRow {
  readonly id: string;
  /** JSON. The types of a page are mostly the same and parsed once. */
  readonly types: string;
  // Milliseconds since 1970, which are faster to read than texts.
  readonly created_at: number;
  readonly modified_at: number | null;
  readonly expires_at: number | null;
  readonly deleted_at: number | null;
}

const KNOWN_COLUMNS = ['created_at', 'modified_at', 'expires_at', 'deleted_at'].reduce(
  (columns, time) => `${columns}, ${inMilliseconds(`e.${time}`)} AS ${time}`,
  'e.id, array_to_json(e.types) AS types',
);

const SELECT_KNOWN = `SELECT ${KNOWN_COLUMNS} FROM ${KNOWN_ENTITIES} AS e WHERE e.id = $2`;

/** A current or deleted entity that the caller may see. */
export async function knownEntity(db: Queryable, caller: Caller, id: string): Promise<KnownEntity | undefined> {
  const params = new SqlParameters([caller.tenant, id]);
  const visible = knownVisible(caller, params);
  const text = SELECT_KNOWN + visible;
  const { rows } = await db.query<KnownRow>({
    ...(visible === '' && { name: 'known-entity', isPlannedOnce: true, isShort: true }),
    text,
    values: params.values,
  });
  return allKnown(rows)[0];
}

function allKnown(rows: readonly KnownRow[]): KnownEntity[] {
  const read = new Map<string, readonly string[]>();
  return rows.map((row) => {
    const types = read.get(row.types) ?? (JSON.parse(row.types) as readonly string[]);
    read.set(row.types, types);
    return known(row, types);
  });
}

function known(
  { id, created_at, modified_at, expires_at, deleted_at }: KnownRow,
  types: readonly string[],
): KnownEntity {
  return {
    id,
    types,
    createdAt: isoTime(created_at),
    ...(modified_at !== null && { modifiedAt: isoTime(modified_at) }),
    ...(expires_at !== null && { expiresAt: isoTime(expires_at) }),
    ...(deleted_at !== null && { deletedAt: isoTime(deleted_at) }),
  };
}

export interface KnownPage {
  readonly descending: boolean;
  readonly limit: number;
  readonly offset: number;
  readonly count: boolean;
}

/** A page of entities whose evolution matches, by id. */
export async function selectKnown(
  db: Queryable,
  caller: Caller,
  selection: TemporalSelection,
  { descending, limit, offset, count }: KnownPage,
): Promise<{ entities: KnownEntity[]; count?: number }> {
  const params = new SqlParameters([caller.tenant]);
  const window = windowCondition(selection.temporalQ, params);
  const counted = answerCondition(selection, params, window);
  const condition = selectionCondition(caller, selection, params, window, counted);
  const from = `FROM ${KNOWN_ENTITIES} AS e WHERE ${condition}`;
  const values = [...params.values];
  const order = `ORDER BY e.id ${descending ? 'DESC' : 'ASC'}`;
  const page = `LIMIT ${params.add(limit)}::bigint OFFSET ${params.add(offset)}::bigint`;
  const [{ rows }, total] = await Promise.all([
    db.query<KnownRow>({ text: `SELECT ${KNOWN_COLUMNS} ${from} ${order} ${page}`, values: params.values }),
    count ? db.query<{ count: number }>({ text: `SELECT count(*) ${from}`, values }) : undefined,
  ]);
  return { entities: allKnown(rows), ...(total && { count: total.rows[0]?.count ?? 0 }) };
}

/** The first entities that match the selectors, by id, whether or not they have an instance in the window. */
export async function selectCandidates(
  db: Queryable,
  caller: Caller,
  { selectors }: Pick<TemporalSelection, 'selectors'>,
  { descending, limit }: Pick<KnownPage, 'descending' | 'limit'>,
): Promise<KnownEntity[]> {
  const params = new SqlParameters([caller.tenant]);
  const meant = selectors ? entityCondition({ selectors }, params, { row: 'e', at: NEVER_EXPIRED }) : 'true';
  const { rows } = await db.query<KnownRow>({
    text: `SELECT ${KNOWN_COLUMNS} FROM ${KNOWN_ENTITIES} AS e WHERE ${meant}${knownVisible(caller, params)}
      ORDER BY e.id ${descending ? 'DESC' : 'ASC'} LIMIT ${params.add(limit)}::bigint`,
    values: params.values,
  });
  return allKnown(rows);
}
