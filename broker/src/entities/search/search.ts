import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import { restriction, visibleTo } from '../read/q-sql/access-filter.ts';
import { addWords, beginningWith, tsquery, WAYS } from './search-words.ts';

export interface SearchRequest {
  /** All words must be found. Case and accents are ignored. */
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
  /** Longitude and latitude of the centre. */
  readonly at: readonly [number, number] | null;
}

export interface FoundStreet {
  readonly street: string;
  readonly locality: string | null;
  /** The size of the whole result, not only of this page. */
  readonly count: number;
  readonly at: readonly [number, number] | null;
}

export interface Found {
  readonly entities: readonly FoundEntity[];
  readonly streets: readonly FoundStreet[];
  /** Nothing contains the words; the hits contain similar ones. */
  readonly resembling: boolean;
}

/** With more matches than this, the best ones are not guaranteed to be found. */
const MAX_HITS = 1_000;
const MAX_STREETS = 3;

/**
 * Finds the entities that the caller may see and that contain all words, best first: by prefixes and French stems, then
 * by substrings, then by similarity. A word may also name a type.
 */
export async function searchEntities(db: Queryable, caller: Caller, request: SearchRequest): Promise<Found> {
  if (request.words.length === 0) return NOTHING;
  const sought = await beginningWith(db, caller.tenant, request.words);
  for (const way of WAYS) {
    if (way !== 'beginning') await addWords(db, caller.tenant, sought, way);
    const query = tsquery(sought, way);
    if (query === undefined) continue;
    const found = await find(db, caller, request, query);
    if (found.entities.length > 0) return { ...found, resembling: way === 'resembling' };
  }
  return NOTHING;
}

const NOTHING: Found = { entities: [], streets: [], resembling: false };

interface Row extends Omit<FoundEntity, 'at'> {
  readonly place: number | null;
  readonly count: number;
  readonly lon: number | null;
  readonly lat: number | null;
}

async function find(
  db: Queryable,
  caller: Caller,
  request: SearchRequest,
  query: string,
): Promise<Omit<Found, 'resembling'>> {
  const params = new SqlParameters([caller.tenant]);
  const text = statement(caller, request, params, query);
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
  return { entities, streets };
}

/**
 * The index of `entity_search` finds the hits, which are filtered by rights before they are counted. For a caller who
 * sees only some attributes, the visible texts are searched again, so that hidden texts can't be guessed by searching
 * for them.
 */
function statement(caller: Caller, { words, limit, types }: SearchRequest, params: SqlParameters, query: string) {
  const at = new Date().toISOString();
  const { rows } = visibleTo(caller, params, at);
  const isRestricted = restriction(caller) !== undefined;
  const folded = words.map((word) => params.add(word));
  const wanted = `${params.add(query)}::tsquery`;
  const ofType = types === undefined ? '' : ` AND entity.types && ${params.add([...types])}::text[]`;
  const living = `(entity.expires_at IS NULL OR entity.expires_at > ${params.add(at)}::timestamptz)`;
  const seen = `JOIN ${rows} ON entity.tenant = $1 AND entity.id = s.entity_id AND ${living}${ofType}`;
  const recheck = isRestricted
    ? `CROSS JOIN LATERAL search_texts(entity.document) AS t
      CROSS JOIN LATERAL (SELECT search_words(entity.id, t.words) AS words) AS w`
    : '';
  const stillFound = isRestricted ? ` AND search_lexemes(w.words, entity.types) @@ ${wanted}` : '';
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
      WHERE s.tenant = $1 AND s.lexemes @@ ${wanted}${stillFound} LIMIT ${MAX_HITS}),
    best AS (
      SELECT entity_id, row_number() OVER (ORDER BY starts_with(hit.name, ${phrase}) DESC, ${named.map((each) => `${each}::int`).join(' + ')} DESC,
        rtrim(hit.name, '0123456789') COLLATE "C", length(hit.name), hit.name COLLATE "C", entity_id) AS place
      FROM hit ORDER BY place LIMIT ${limit}),
    street AS (
      SELECT min(entity_id) AS entity_id, count(*)::int AS count FROM hit
      WHERE ${inStreet} GROUP BY hit.street, hit.locality ORDER BY count DESC LIMIT ${MAX_STREETS}),
    shown AS (SELECT entity_id, place, 0 AS count FROM best UNION ALL SELECT entity_id, NULL, count FROM street)
    SELECT entity.id, entity.types, t.name, t.street, t.locality, entity.scopes[1] AS scope, ${point},
      s.place::int AS place, s.count
    FROM shown s ${seen} CROSS JOIN LATERAL search_texts(entity.document) AS t
    ORDER BY s.place, s.count DESC`;
}
