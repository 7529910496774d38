import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import { restriction, visibleTo } from '../read/q-sql/access-filter.ts';

export interface SearchRequest {
  /** Words that must all be found; accents and case do not count. */
  readonly words: readonly string[];
  readonly limit: number;
  /** IRIs; absent: any. */
  readonly types?: readonly string[];
}

export interface FoundEntity {
  readonly id: string;
  readonly types: readonly string[];
  readonly name: string | null;
  readonly street: string | null;
  readonly locality: string | null;
  readonly scope: string | null;
  /** Longitude and latitude of its middle. */
  readonly at: readonly [number, number] | null;
}

export interface FoundStreet {
  readonly street: string;
  readonly locality: string | null;
  /** Of what was found, how much stands there. */
  readonly count: number;
  readonly at: readonly [number, number] | null;
}

export interface Found {
  readonly entities: readonly FoundEntity[];
  readonly streets: readonly FoundStreet[];
  /** Nothing had these words: it is what has words that resemble them. */
  readonly resembling: boolean;
}

/** Of more that match, those that are best are not sought. */
const MOST_HITS = 2_000;
const MOST_STREETS = 3;
const SHORTEST_PART = 3;

/**
 * What the caller may see and that has all of the words, the best first: by the beginnings of words, their stems in French
 * and parts of words. If nothing has, what has words like them.
 */
export async function searchEntities(db: Queryable, caller: Caller, request: SearchRequest): Promise<Found> {
  if (request.words.length === 0) return { entities: [], streets: [], resembling: false };
  const exact = await find(db, caller, request, false);
  if (exact.entities.length > 0) return exact;
  return find(db, caller, request, true);
}

interface Row extends Omit<FoundEntity, 'at'> {
  readonly place: number | null;
  readonly count: number;
  readonly lon: number | null;
  readonly lat: number | null;
}

async function find(db: Queryable, caller: Caller, request: SearchRequest, resembling: boolean): Promise<Found> {
  const params = new SqlParameters([caller.tenant]);
  const text = statement(caller, request, params, resembling);
  const { rows } = await db.query<Row>({ text, values: params.values });
  const at = ({ lon, lat }: Row) => (lon === null || lat === null ? null : ([lon, lat] as const));
  const entities = rows
    .filter(({ place }) => place !== null)
    .map(({ id, types, name, street, locality, scope, ...row }) => ({
      ...{ id, types, name, street, locality, scope },
      at: at({ ...row } as Row),
    }));
  const streets = rows.flatMap((row) =>
    row.place === null && row.street !== null
      ? [{ street: row.street, locality: row.locality, count: row.count, at: at(row) }]
      : [],
  );
  return { entities, streets, resembling: resembling && entities.length > 0 };
}

/**
 * The hits are found by the indexes of `entity_search` and held to the rights before they are counted. Where a reader sees
 * some attributes alone, what they may see is looked through again: what is hidden must not be guessed by searching for it.
 */
function statement(caller: Caller, { words, limit, types }: SearchRequest, params: SqlParameters, resembling: boolean) {
  const at = new Date().toISOString();
  const { rows } = visibleTo(caller, params, at);
  const isRestricted = restriction(caller) !== undefined;
  const folded = words.map((word) => params.add(word));
  const all = (column: string, lexemes: string) =>
    words
      .map((word, place) => wordFound(word, folded[place] as string, column, lexemes, resembling, params))
      .join(' AND ');
  const ofType = types === undefined ? '' : ` AND entity.types && ${params.add([...types])}::text[]`;
  const living = `(entity.expires_at IS NULL OR entity.expires_at > ${params.add(at)}::timestamptz)`;
  const seen = `JOIN ${rows} ON entity.tenant = $1 AND entity.id = s.entity_id AND ${living}${ofType}`;
  const recheck = isRestricted
    ? `CROSS JOIN LATERAL search_texts(entity.document) AS t
      CROSS JOIN LATERAL (SELECT search_words(entity.types, entity.id, t.words) AS words) AS w`
    : '';
  const stillFound = isRestricted ? ` AND ${all('w.words', `to_tsvector('territory', w.words)`)}` : '';
  const columns = isRestricted
    ? `folded(coalesce(t.name, '')) AS name, folded(t.street) AS street, folded(t.locality) AS locality`
    : 's.name, s.street, s.locality';
  const joined = isRestricted || types !== undefined ? seen : '';
  const phrase = params.add(words.join(' '));
  const named = folded.map((word) => `(hit.name LIKE ${word} || '%' OR hit.name LIKE '% ' || ${word} || '%')`);
  const inStreet = folded.map((word) => `hit.street LIKE '%' || ${word} || '%'`).join(' OR ');
  const point = `ST_X(ST_Centroid(entity.location)) AS lon, ST_Y(ST_Centroid(entity.location)) AS lat`;
  return `WITH hit AS MATERIALIZED (
      SELECT s.entity_id, ${columns} FROM entity_search s ${joined} ${recheck}
      WHERE s.tenant = $1 AND ${all('s.words', 's.lexemes')}${stillFound} LIMIT ${MOST_HITS}),
    best AS (
      SELECT entity_id, row_number() OVER (ORDER BY starts_with(hit.name, ${phrase}) DESC, ${named.map((each) => `${each}::int`).join(' + ')} DESC,
        rtrim(hit.name, '0123456789') COLLATE "C", length(hit.name), hit.name COLLATE "C", entity_id) AS place
      FROM hit ORDER BY place LIMIT ${limit}),
    street AS (
      SELECT min(entity_id) AS entity_id, count(*)::int AS count FROM hit
      WHERE ${inStreet} GROUP BY hit.street, hit.locality ORDER BY count DESC LIMIT ${MOST_STREETS}),
    shown AS (SELECT entity_id, place, 0 AS count FROM best UNION ALL SELECT entity_id, NULL, count FROM street)
    SELECT entity.id, entity.types, t.name, t.street, t.locality, entity.scopes[1] AS scope, ${point},
      s.place::int AS place, s.count
    FROM shown s ${seen} CROSS JOIN LATERAL search_texts(entity.document) AS t
    ORDER BY s.place, s.count DESC`;
}

function wordFound(
  word: string,
  folded: string,
  column: string,
  lexemes: string,
  resembling: boolean,
  params: SqlParameters,
): string {
  const part = `${column} LIKE '%' || ${folded} || '%'`;
  if (resembling && word.length >= SHORTEST_PART) return `(${part} OR ${folded} <% ${column})`;
  const begins = `${lexemes} @@ to_tsquery('territory', ${params.add(`${word}:*`)})`;
  // The index of parts knows none that are shorter.
  return word.length < SHORTEST_PART ? begins : `(${begins} OR ${part})`;
}
