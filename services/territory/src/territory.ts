import { createHash } from 'node:crypto';
import { gzipSync } from 'node:zlib';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { toldBaseMap } from './base-map/base-map.ts';
import { baseMapRoutes } from './base-map/base-map-routes.ts';
import { type Plane, planeAround } from './plane.ts';
import type { Territory } from './territory-shape.ts';

export { originOfBaseMap } from './base-map/base-map.ts';
export { type DrawnTerritory, drawTerritory, type TerritoryPlan } from './draw/draw-territory.ts';
export { demoFolder, readPlan, readTerritory, TerritoryFault } from './folder/read-territory.ts';
export { distance, type Plane, type Point, type Position, planeAround, walk } from './plane.ts';
export { seededRandom } from './random.ts';
export type { BaseMap, Boundary, Commune, DemoShare, StreetFeature, Territory } from './territory-shape.ts';

/** A plane for measuring within the territory. */
export function planeOf({ bbox: [west, south, east, north] }: Territory): Plane {
  return planeAround([(west + east) / 2, (south + north) / 2]);
}

/** `GET /territory`: the data for the maps of the pages, and their base map. */
export function territoryRoutes(app: FastifyInstance, territory: Territory): void {
  let answer: ReturnType<typeof answerOf> | undefined;
  const description = operation({
    access: 'nothing',
    anyTenant: true,
    summary: 'The territory data for maps: communes, boundaries, streets and the base map',
    answer: { type: 'object' },
  });
  app.get('/territory', description, (request, reply) => {
    answer ??= answerOf(territory);
    const { body, zipped, etag } = answer;
    reply.header('etag', etag).header('cache-control', 'public, max-age=300, stale-while-revalidate=86400');
    reply.header('vary', 'accept-encoding');
    if (request.headers['if-none-match']?.includes(etag)) return reply.code(304).send();
    reply.type('application/json; charset=utf-8');
    if (!/\bgzip\b/.test(request.headers['accept-encoding'] ?? '')) return reply.send(body);
    return reply.header('content-encoding', 'gzip').send(zipped);
  });
  baseMapRoutes(app, territory.baseMap);
}

function answerOf(territory: Territory) {
  const { baseMap } = territory;
  const body = JSON.stringify({ ...territory, ...(baseMap && { baseMap: toldBaseMap(baseMap) }) });
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, zipped: gzipSync(body), etag };
}
