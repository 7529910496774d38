import type { EntityBranches } from './q-sql/entity-condition.ts';

/**
 * Builds the query of a page. Each branch is ordered and limited separately, so that it can walk along its index.
 *
 * @param first a condition that needs no document, and is tested before documents are read; undefined: documents are
 * not read
 */
export function pageText(
  { conditions, indexed, rest, order }: EntityBranches,
  columns: string,
  limit: number,
  offset: number,
  after: string | undefined,
  rows = 'entity',
  first?: string,
): string {
  const onward = after === undefined ? '' : `AND ${order} > ${after} `;
  const pages =
    first !== undefined
      ? indexed.map(
          (each) => `SELECT id, ${columns} FROM ${unpacked(each + first, order)} WHERE ${rest} ORDER BY ${order}`,
        )
      : conditions.map(
          (condition) =>
            `SELECT id, ${columns} FROM ${rows} WHERE tenant = $1 ${onward}AND ${condition} ORDER BY ${order}`,
        );
  const part = `LIMIT ${limit} OFFSET ${offset}`;
  if (pages.length === 1) return `${pages[0]} ${part}`;
  const union = pages.map((page) => `(${page} LIMIT ${limit + offset})`).join(' UNION ALL ');
  return `SELECT id, ${columns} FROM (${union}) AS page ORDER BY ${order} ${part}`;
}

/**
 * Rows of `entity` with decompressed documents, for conditions that read the document several times. PostgreSQL would
 * decompress it each time. A concatenation with an empty object forces decompression once, without a copy.
 */
export function unpacked(condition: string, order?: string): string {
  return `(SELECT tenant, id, types, scopes, location, created_at, modified_at, expires_at, version, shown,
    document || '{}'::jsonb AS document FROM entity WHERE tenant = $1 AND ${condition}${order === undefined ? '' : ` ORDER BY ${order}`} OFFSET 0) AS entity`;
}
