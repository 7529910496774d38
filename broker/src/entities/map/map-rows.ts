import type { Caller } from '../../access/caller.ts';
import type { SqlParameters } from '../../database/sql-parameters.ts';
import { visibleTo } from '../read/q-sql/access-filter.ts';
import { entityCondition } from '../read/q-sql/entity-condition.ts';
import type { ExpandedCondition, ExpandedLayer, ListRequest, MapFilter } from './map-request.ts';

/*
 * One row for each entity of the layers that the caller may see and that has a location:
 *
 * (id, layer, class, scope, lon, lat, value, observed, silent, name)
 *
 * `layer` and `class` are indexes into the request, from 0; the index after the last class means `unknown`. The
 * document is decompressed only once per row, and each member that a layer uses is extracted only once, as text where
 * that is enough. Both dominate the cost.
 */

/** Geometries other than points are represented by their centroid. */
const PLACE = `CASE WHEN GeometryType(of_entity.location) = 'POINT' THEN of_entity.location
  ELSE ST_Centroid(of_entity.location) END AS place`;

interface RowsWanted {
  /** Include names. Off by default, because reading them is slow. */
  readonly names?: boolean;
  /** Ignore the filters `only` and `needsAttention`, so that every class is counted. */
  readonly allClasses?: boolean;
}

/** A subquery in parentheses, to be used as a relation. */
export function mapRows(
  caller: Caller,
  params: SqlParameters,
  request: Pick<ListRequest, 'layers' | 'filter' | 'box' | 'named'>,
  wanted: RowsWanted = {},
): string {
  const at = new Date().toISOString();
  const { rows, options } = visibleTo(caller, params, at);
  const conditions = placed(params, request);
  const layers = request.layers.map((layer, place) => {
    const types = { kind: 'anyOf', groups: [[layer.type]] } as const;
    const matches = entityCondition({ selectors: [{ types }] }, params, options);
    const { columns, taken } = layerColumns(layer, params, at);
    const name = wanted.names ? `, ${nameText(request.named.name, params)} AS name` : '';
    // The subqueries are nested. If they stood side by side, the planner would materialise the extracted values of
    // every row for nothing.
    const ofEntity = `SELECT entity.id, entity.scopes[1] AS scope, entity.location, entity.document -> 'attributes' AS attributes
      FROM ${rows} WHERE entity.tenant = $1 AND ${matches} AND ${conditions} OFFSET 0`;
    const ofLayer = `SELECT of_entity.id, of_entity.scope, ${PLACE}${taken}${name}
      FROM (${ofEntity}) AS of_entity ${wordsCondition(params, request)} OFFSET 0`;
    return `SELECT taken.id, ${place} AS layer, taken.scope, ST_X(taken.place) AS lon, ST_Y(taken.place) AS lat, ${columns}
      ${wanted.names ? ', taken.name' : ''} FROM (${ofLayer}) AS taken`;
  });
  const found = `(${layers.join('\nUNION ALL\n')})`;
  const chosen = wanted.allClasses ? [] : chosenClasses(request.layers, request.filter);
  return chosen.length === 0 ? found : `(SELECT * FROM ${found} AS found WHERE ${chosen.join(' AND ')})`;
}

function placed(params: SqlParameters, { filter, box }: Pick<ListRequest, 'filter' | 'box'>): string {
  const conditions = ['entity.location IS NOT NULL'];
  if (box) {
    const corners = box.map((degrees) => `${params.add(degrees)}::float8`).join();
    conditions.push(`entity.location && ST_MakeEnvelope(${corners}, 4326)`);
  }
  if (filter.scopes.length > 0) {
    const scopes = `${params.add(filter.scopes)}::text[]`;
    const below = `EXISTS (SELECT FROM unnest(${scopes}) AS asked(scope) WHERE starts_with(entity.scopes[1], asked.scope || '/'))`;
    conditions.push(`(entity.scopes[1] = ANY(${scopes}) OR ${below})`);
  }
  return conditions.join(' AND ');
}

/** A condition on rows of `of_entity`: all words occur. */
function wordsCondition(params: SqlParameters, { filter, named }: Pick<ListRequest, 'filter' | 'named'>): string {
  if (filter.words.length === 0) return '';
  const texts = [named.name, named.address].map((name) => attributeText(name, params));
  const haystack = `concat_ws(' ', ${texts.join()}, of_entity.id) COLLATE "C"`;
  return `WHERE ${filter.words.map((word) => `${haystack} ~ ${params.add(looselyWritten(word))}`).join(' AND ')}`;
}

/** Groups of letters that are treated as equal in a search: a letter with all its accented forms. */
const ALIKE = ['aàâäáãå', 'cç', 'eèêëé', 'iìîïí', 'nñ', 'oòôöóõ', 'uùûüú', 'yÿý'];

/**
 * A regular expression that matches a word regardless of case and accents. This is much faster than normalising every
 * stored text.
 */
function looselyWritten(word: string): string {
  return [...word.toLowerCase()]
    .map((letter) => {
      const alike = ALIKE.find((letters) => letters.includes(letter)) ?? letter;
      const both = alike + alike.toUpperCase();
      return /^[\p{L}\p{N}]+$/u.test(both) ? `[${both}]` : letter.replace(/[^\p{L}\p{N}\s]/u, '\\$&');
    })
    .join('');
}

/** The French text of a name in several languages, otherwise the name as it is. */
function nameText(name: string, params: SqlParameters): string {
  const inFrench = `of_entity.attributes #>> ${params.add([name, '0', 'value', 'fr'])}::text[]`;
  return `coalesce(${inFrench}, ${attributeText(name, params)})`;
}

function attributeText(name: string, params: SqlParameters): string {
  return `(of_entity.attributes #>> ${params.add([name, '0', 'value'])}::text[])`;
}

/** `taken` extracts members of attributes from a row, each once. `columns` derives the result columns from them. */
function layerColumns(layer: ExpandedLayer, params: SqlParameters, at: string): { columns: string; taken: string } {
  const extracts = new Map<string, { readonly column: string; readonly sql: string }>();
  const extract: Extract = (name, member, as) => {
    const key = `${as} ${member} ${name}`;
    const known = extracts.get(key);
    if (known) return `taken.${known.column}`;
    const column = `a${extracts.size}`;
    const path = `${params.add([name, '0', member])}::text[]`;
    extracts.set(key, { column, sql: `of_entity.attributes ${as === 'text' ? '#>>' : '#>'} ${path} AS ${column}` });
    return `taken.${column}`;
  };
  const value = layer.value === undefined ? 'NULL::float8' : numberOf(extract(layer.value, 'value', 'json'));
  const cases = layer.classes.map(({ when }, place) => {
    const all = when.map((each) => conditionSql(each, extract, params));
    return `WHEN ${all.length === 0 ? 'true' : all.join(' AND ')} THEN ${place}`;
  });
  const kind = cases.length === 0 ? '0' : `CASE ${cases.join(' ')} ELSE ${layer.classes.length} END`;
  const observed = layer.observed === undefined ? 'NULL::text' : extract(layer.observed, 'observedAt', 'text');
  const silent = layer.silentAfter === undefined ? 'false' : isBefore(observed, at, layer.silentAfter, params);
  const columns = `(${kind})::int AS class, ${value} AS value,
      extract(epoch FROM ${observed}::timestamptz)::float8 AS observed, ${silent} AS silent`;
  return { columns, taken: [...extracts.values()].map(({ sql }) => `, ${sql}`).join('') };
}

/** The column with a member of the default instance of an attribute. */
type Extract = (name: string, member: 'value' | 'observedAt', as: 'text' | 'json') => string;

/**
 * Whether a time of an attribute is `seconds` before `at`, to the second. Such times are UTC, so that their texts have
 * the order of the times. That is much faster than to parse them.
 */
function isBefore(time: string, at: string, seconds: number, params: SqlParameters): string {
  const latest = new Date(Date.parse(at) - seconds * 1000).toISOString().slice(0, 'YYYY-MM-DDTHH:MM:SS'.length);
  return `coalesce(${time} COLLATE "C" < ${params.add(latest)}::text, false)`;
}

function numberOf(json: string): string {
  return `(CASE WHEN jsonb_typeof(${json}) = 'number' THEN ${json}::float8 END)`;
}

/** Null or false: it does not hold. */
function conditionSql(condition: ExpandedCondition, extract: Extract, params: SqlParameters): string {
  const { attribute, is, isNot, from, below } = condition;
  const text = () => extract(attribute, 'value', 'text');
  const number = () => numberOf(extract(attribute, 'value', 'json'));
  const conditions: string[] = [];
  if (is) conditions.push(isOneOf(text(), is, params));
  if (isNot) conditions.push(`${text()} <> ALL(${params.add(isNot)}::text[])`);
  if (from !== undefined) conditions.push(`${number()} >= ${params.add(from)}::float8`);
  if (below !== undefined) conditions.push(`${number()} < ${params.add(below)}::float8`);
  if (conditions.length === 0 || isNot?.length === 0) conditions.push(`${text()} IS NOT NULL`);
  return `(${conditions.join(' AND ')})`;
}

function isOneOf(text: string, values: readonly string[], params: SqlParameters): string {
  const [only] = values;
  if (only !== undefined && values.length === 1) return `${text} = ${params.add(only)}::text`;
  return `${text} = ANY(${params.add(values)}::text[])`;
}

/** The SQL text contains only the indexes of the request's layers and classes, never user input. */
function chosenClasses(layers: readonly ExpandedLayer[], { only, needsAttention }: MapFilter): string[] {
  const conditions: string[] = [];
  if (only.size > 0) {
    const each = [...only].map(([layer, classes]) => `(layer = ${layer} AND class IN (${classes.join()}))`);
    conditions.push(`(${each.join(' OR ')})`);
  }
  if (needsAttention) conditions.push(`(silent OR ${rankSql(layers)} > 0)`);
  return conditions;
}

/** The severity rank of a row: 2 for alarms, 1 for warnings, 0 otherwise. */
export function rankSql(layers: readonly ExpandedLayer[]): string {
  const cases = layers.flatMap(({ classes }, layer) =>
    classes.flatMap(({ severity }, place) =>
      severity === undefined ? [] : [`WHEN layer = ${layer} AND class = ${place} THEN ${severity === 'alarm' ? 2 : 1}`],
    ),
  );
  // The parentheses are required: ORDER BY would read a plain number as a column position.
  return cases.length === 0 ? '(0 + 0)' : `(CASE ${cases.join(' ')} ELSE 0 END)`;
}
