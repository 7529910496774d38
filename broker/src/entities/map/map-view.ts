import type { Caller } from '../../access/caller.ts';
import type { Queryable } from '../../database/database.ts';
import { SqlParameters } from '../../database/sql-parameters.ts';
import type { ListRequest, MapFilter, MapRequest } from './map-request.ts';
import { mapRows, rankSql } from './map-rows.ts';

/** The number of entities in one class of a layer. Layer and class are indexes into the request. */
type ClassCount = readonly [layer: number, kind: number, count: number, silent: number];

/** A cluster of neighbouring entities of one scope, at the mean of their positions. */
interface MapCell {
  /** The first scope that all of them share. */
  readonly scope: string | null;
  readonly at: readonly [longitude: number, latitude: number];
  readonly counts: readonly ClassCount[];
}

/** `value` and `observed` (in seconds since the epoch) as configured by the layer. */
type MapPoint = readonly [
  id: string,
  layer: number,
  kind: number,
  longitude: number,
  latitude: number,
  value: number | null,
  observed: number | null,
  name: string | null,
];

type MapTotal = readonly [layer: number, kind: number, scope: string | null, count: number, silent: number];

/** What a map shows within a box: clusters at low zoom, single points at high zoom. */
export interface MapView {
  readonly shows: 'scopes' | 'cells' | 'points';
  readonly cells?: readonly MapCell[];
  readonly points?: readonly MapPoint[];
  readonly totals?: readonly MapTotal[];
}

/**
 * Below the first zoom level each scope is one cluster. From the last one on every entity is a single point, unless
 * there are too many.
 */
const SCOPES_BELOW = 10.5;
const FEW_FROM = 13.5;
const POINTS_FROM = 16;
/** The most points in one answer, at medium and at high zoom. */
const FEW_POINTS = 1_500;
const MAX_POINTS = 6_000;
/** Cluster cell size in pixels: room for two donut charts side by side. */
const CELL_PX = 78;
const TILE_PX = 256;

/** The part of the zoom level that affects the counts of a whole map. Undefined: the map may show points. */
export function gridOf(zoom: number): number | 'scopes' | undefined {
  if (mostPoints(zoom) > 0) return undefined;
  return zoom < SCOPES_BELOW ? 'scopes' : Math.floor(zoom);
}

interface PointRow {
  readonly id: string;
  readonly layer: number;
  readonly class: number;
  readonly lon: number;
  readonly lat: number;
  readonly value: number | null;
  readonly observed: number | null;
  readonly name: string | null;
}

/** The entities that the caller may see in the box, at the requested zoom level, with totals if requested. */
export async function viewMap(
  db: Queryable,
  caller: Caller,
  request: MapRequest,
  wantsTotals: boolean,
): Promise<MapView> {
  const view = await heapsOrPoints(db, caller, request);
  if (!wantsTotals) return view;
  // The clusters already count all entities.
  const { cells } = view;
  const isAll = request.box === undefined && isWhole(request.filter);
  return { ...view, totals: cells && isAll ? summed(cells) : await totalsOf(db, caller, request) };
}

async function heapsOrPoints(db: Queryable, caller: Caller, request: MapRequest): Promise<MapView> {
  const most = mostPoints(request.zoom);
  if (most > 0) {
    const points = await pointsOf(db, caller, request, most + 1);
    if (points.length <= most) return { shows: 'points', points };
  }
  const byScope = request.zoom < SCOPES_BELOW;
  return { shows: byScope ? 'scopes' : 'cells', cells: await cellsOf(db, caller, request, byScope) };
}

function isWhole({ scopes, only, needsAttention }: MapFilter): boolean {
  return scopes.length === 0 && only.size === 0 && !needsAttention;
}

function summed(cells: readonly MapCell[]): MapTotal[] {
  const sums = new Map<string, [number, number, string | null, number, number]>();
  for (const { scope, counts } of cells) {
    for (const [layer, kind, count, silent] of counts) {
      const key = `${layer} ${kind} ${scope}`;
      const sum = sums.get(key) ?? [layer, kind, scope, 0, 0];
      sum[3] += count;
      sum[4] += silent;
      sums.set(key, sum);
    }
  }
  return [...sums.values()];
}

function mostPoints(zoom: number): number {
  if (zoom >= POINTS_FROM) return MAX_POINTS;
  return zoom >= FEW_FROM ? FEW_POINTS : 0;
}

async function pointsOf(db: Queryable, caller: Caller, request: MapRequest, limit: number): Promise<MapPoint[]> {
  const params = new SqlParameters([caller.tenant]);
  const text = `SELECT id, layer, class, lon, lat, value, observed, name
    FROM ${mapRows(caller, params, request, { names: true })} AS seen LIMIT ${limit}`;
  const { rows } = await db.query<PointRow>({ text, values: params.values });
  return rows.map(({ id, layer, class: kind, lon, lat, value, observed, name }) => [
    id,
    layer,
    kind,
    rounded(lon),
    rounded(lat),
    value,
    observed,
    name,
  ]);
}

const SILENT = '(count(*) FILTER (WHERE silent))::int AS silent';

interface CellRow {
  readonly scope: string | null;
  readonly column: number;
  readonly row: number;
  readonly layer: number;
  readonly class: number;
  readonly count: number;
  readonly silent: number;
  readonly lon: number;
  readonly lat: number;
}

/**
 * Clusters by the cells of a Web Mercator grid. The grid is fixed, so that clusters don't jump when the map is moved.
 */
async function cellsOf(db: Queryable, caller: Caller, request: MapRequest, byScope: boolean): Promise<MapCell[]> {
  const params = new SqlParameters([caller.tenant]);
  const turn = (TILE_PX * 2 ** Math.floor(request.zoom)) / CELL_PX; // cells around the equator
  const column = byScope ? '0' : `floor(lon / 360 * ${params.add(turn)}::float8)`;
  const row = byScope ? '0' : `floor(asinh(tan(radians(lat))) / (2 * pi()) * ${params.add(turn)}::float8)`;
  const text = `SELECT scope, ${column}::int AS "column", ${row}::int AS "row", layer, class, count(*)::int AS count, ${SILENT},
    sum(lon) AS lon, sum(lat) AS lat FROM ${mapRows(caller, params, request)} AS seen GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 2, 3, 4, 5`;
  const { rows } = await db.query<CellRow>({ text, values: params.values });
  const cells = new Map<string, CellRow[]>();
  for (const each of rows) {
    const key = `${each.column} ${each.row} ${each.scope}`;
    const members = cells.get(key);
    if (members) members.push(each);
    else cells.set(key, [each]);
  }
  return [...cells.values()].map(cellOf);
}

function cellOf(members: readonly CellRow[]): MapCell {
  let total = 0;
  let lon = 0;
  let lat = 0;
  for (const member of members) {
    total += member.count;
    lon += member.lon;
    lat += member.lat;
  }
  const counts = members.map(({ layer, class: kind, count, silent }): ClassCount => [layer, kind, count, silent]);
  return { scope: members[0]?.scope ?? null, at: [rounded(lon / total), rounded(lat / total)], counts };
}

/** Counts by class and scope, filtered by words only. The pages sum up what other filters leave. */
async function totalsOf(db: Queryable, caller: Caller, request: MapRequest): Promise<MapTotal[]> {
  const params = new SqlParameters([caller.tenant]);
  const { layers, named, filter } = request;
  const everywhere = { layers, named, filter: { ...filter, scopes: [] } };
  const rows = mapRows(caller, params, everywhere, { allClasses: true });
  const text = `SELECT layer, class, scope, count(*)::int AS count, ${SILENT}
    FROM ${rows} AS seen GROUP BY 1, 2, 3 ORDER BY 1, 2, 3`;
  const totals = await db.query<CellRow>({ text, values: params.values });
  return totals.rows.map(({ layer, class: kind, scope, count, silent }) => [layer, kind, scope, count, silent]);
}

/** A page of ids, the most severe first, then by name in natural order; with the total count. */
export async function listMap(
  db: Queryable,
  caller: Caller,
  request: ListRequest,
): Promise<{ readonly ids: string[]; readonly count: number }> {
  const params = new SqlParameters([caller.tenant]);
  const rows = mapRows(caller, params, request, { names: true });
  const text = `WITH seen AS MATERIALIZED (SELECT id, layer, class, name FROM ${rows} AS seen)
    SELECT (SELECT count(*)::int FROM seen) AS count, ARRAY(SELECT id FROM seen
      ORDER BY ${rankSql(request.layers)} DESC, ${NATURAL_NAME}, id
      LIMIT ${request.limit} OFFSET ${request.offset}) AS ids`;
  const [row] = (await db.query<{ count: number; ids: string[] }>({ text, values: params.values })).rows;
  return row ?? { ids: [], count: 0 };
}

/** Orders by the text before a trailing number, then by the number, so that 2 comes before 10. */
const NATURAL_NAME = `rtrim(name, '0123456789') COLLATE "C", length(name), name COLLATE "C"`;

/** Rounds to about a tenth of a metre. */
function rounded(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
