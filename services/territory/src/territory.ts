import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { boundariesOf } from './boundaries.ts';
import { COMMUNES, NAME, OUTLINE, ROADS, TIME_ZONE } from './pays-haut-val-d-alzette.ts';
import { type Plane, type Point, type Position, planeAround } from './plane.ts';
import { drawStreets } from './streets.ts';

export { distance, type Plane, type Point, type Position, planeAround, walk } from './plane.ts';
export { seededRandom } from './random.ts';

export interface Commune {
  readonly slug: string;
  readonly name: string;
  /** The scope (4.18) its entities carry, e.g. `/Audun_le_Tiche`. */
  readonly scope: string;
  /** The number of its département, e.g. `57`: public holidays depend on it. */
  readonly department: string;
  readonly center: Position;
  readonly boundary: { readonly type: 'Polygon'; readonly coordinates: Position[][] };
}

export interface StreetFeature {
  readonly type: 'Feature';
  readonly geometry: { readonly type: 'LineString'; readonly coordinates: Position[] };
  readonly properties: {
    readonly name: string;
    /** Its commune's slug. */
    readonly commune: string;
    /** `road` between communes, `main` its part in town; then `inner`, `ring`, `side`, `deadEnd`, `estate`. */
    readonly kind: string;
  };
}

/** What a map needs to know of a territory. Positions are [longitude, latitude], WGS 84. */
export interface Territory {
  readonly name: string;
  /** Of the IANA database. */
  readonly timeZone: string;
  /** True: boundaries and streets are drawn by a program and show no real ones; the communes' centres are real. */
  readonly schematic: boolean;
  readonly notice: string;
  readonly communes: readonly Commune[];
  readonly streets: { readonly type: 'FeatureCollection'; readonly features: readonly StreetFeature[] };
  /** West, south, east, north. */
  readonly bbox: readonly [number, number, number, number];
  /** A template with {z}, {x}, {y}, when the site has a tile server of its own. */
  readonly tilesUrl?: string;
  readonly tilesAttribution?: string;
}

const NOTICE =
  'Limites communales et voirie schématiques, dessinées par programme ; seuls les centres des communes sont réels. ' +
  'Schematic boundaries and streets, drawn by a program; only the centres of the communes are real.';

/** The eight communes of the Pays Haut Val d'Alzette; the same at every call. */
export function paysHautValdAlzette(): Territory {
  const plane = planeAround([5.945, 49.44]);
  const sites = COMMUNES.map((commune) => ({ ...commune, center: plane.toPoint(commune.center) }));
  const boundaries = boundariesOf(sites, OUTLINE.map(plane.toPoint));
  const grounds = sites.map((site, i) => ({ ...site, boundary: boundaries[i] as Point[] }));
  const communes = COMMUNES.map(({ slug, name, department, center }, i): Commune => {
    const ring = (boundaries[i] as Point[]).map(plane.toPosition);
    return {
      slug,
      name,
      scope: scopeOf(name),
      department,
      center,
      boundary: { type: 'Polygon', coordinates: [closed(ring)] },
    };
  });
  const drawn = (): Territory['streets'] => ({
    type: 'FeatureCollection',
    features: drawStreets(grounds, ROADS).map(({ name, commune, kind, line }) => ({
      type: 'Feature',
      geometry: { type: 'LineString', coordinates: line.map(plane.toPosition) },
      properties: { name, commune, kind },
    })),
  });
  let streets: Territory['streets'] | undefined;
  return {
    name: NAME,
    timeZone: TIME_ZONE,
    schematic: true,
    notice: NOTICE,
    communes,
    // Not before somebody looks: to draw them takes a tenth of a second.
    get streets() {
      streets ??= drawn();
      return streets;
    },
    bbox: bboxOf(communes),
  };
}

/** A flat map for measuring within the territory. */
export function planeOf({ bbox: [west, south, east, north] }: Territory): Plane {
  return planeAround([(west + east) / 2, (south + north) / 2]);
}

/** `GET /territory`: what the pages' maps are drawn from. */
export function territoryRoutes(app: FastifyInstance, territory: Territory): void {
  let answer: ReturnType<typeof answerOf> | undefined;
  const said = operation({ access: 'nothing', summary: 'What maps are drawn from', answer: { type: 'object' } });
  app.get('/territory', said, (request, reply) => {
    answer ??= answerOf(territory);
    const { body, zipped, etag } = answer;
    reply.header('etag', etag).header('cache-control', 'public, max-age=300, stale-while-revalidate=86400');
    reply.header('vary', 'accept-encoding');
    if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send();
    reply.type('application/json; charset=utf-8');
    if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(body);
    return reply.header('content-encoding', 'gzip').send(zipped);
  });
}

function answerOf(territory: Territory) {
  const body = JSON.stringify(territory);
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, zipped: gzipSync(body), etag };
}

function scopeOf(name: string): string {
  const plain = name.normalize('NFD').replaceAll(/\p{M}/gu, '');
  return `/${plain.replaceAll(/[^A-Za-z0-9]+/g, '_')}`;
}

/** Counter-clockwise and closed, as GeoJSON wants an outer ring (RFC 7946, 3.1.6). */
function closed(ring: Position[]): Position[] {
  let doubled = 0;
  ring.forEach(([x, y], i) => {
    const [nextX, nextY] = ring[(i + 1) % ring.length] as Position;
    doubled += x * nextY - nextX * y;
  });
  const turned = doubled < 0 ? ring.toReversed() : ring;
  return [...turned, turned[0] as Position];
}

function bboxOf(communes: readonly Commune[]): [number, number, number, number] {
  const ring = communes.flatMap(({ boundary }) => boundary.coordinates[0] as Position[]);
  const [longitudes, latitudes] = [ring.map(([x]) => x), ring.map(([, y]) => y)];
  return [Math.min(...longitudes), Math.min(...latitudes), Math.max(...longitudes), Math.max(...latitudes)];
}
