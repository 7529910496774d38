import { createHash } from 'node:crypto';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { remembered } from '@alzette/kit/caches';
import { DOCUMENT, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { toldBaseMap } from '../base-map/base-map.ts';
import { baseMapRoutes } from '../base-map/base-map-routes.ts';
import type { Collectivities } from './collectivities.ts';

const KEPT_BYTES = 24 * 1024 * 1024;
const KEPT_FOR_MS = 3_600_000;

/** `GET /territory`: the data for the maps of the pages, and their base map. */
export function territoryRoutes(app: FastifyInstance, collectivities: Collectivities): void {
  const answerOf = remembered(
    'territory answers',
    async (key) => answerFor(collectivities, key.slice(key.indexOf(' ') + 1)),
    { forMs: KEPT_FOR_MS, mostBytes: KEPT_BYTES },
  );
  const description = operation({
    access: 'nothing',
    anyTenant: true,
    summary: 'The territory data for maps: communes, boundaries, streets and the base map',
    answers: DOCUMENT,
  });
  app.get('/territory', description, async ({ tenant, headers }, reply) => {
    const own = collectivities.own(tenant);
    // Tenants without a territory of their own share an answer, and a new version has another.
    const { body, zipped, etag } = await answerOf(own ? `${own.row.revision} ${tenant}` : '0 ');
    reply.header('etag', etag).header('cache-control', 'public, max-age=300, stale-while-revalidate=86400');
    reply.header('vary', 'accept-encoding');
    if (headers['if-none-match']?.includes(etag)) return reply.code(304).send();
    reply.type('application/json; charset=utf-8');
    if (!/\bgzip\b/.test(headers['accept-encoding'] ?? '')) return reply.send(body);
    return reply.header('content-encoding', 'gzip').send(zipped);
  });
  baseMapRoutes(app, (tenant) => collectivities.of(tenant).baseMap);
}

async function answerFor(collectivities: Collectivities, tenant: string) {
  const { boundaries, streets = { features: [] } } = await collectivities.shapes(tenant);
  const { baseMap, communes, row: _row, ...head } = collectivities.of(tenant);
  const body = JSON.stringify({
    ...head,
    communes: communes.map((commune) => ({ ...commune, boundary: boundaries.get(commune.slug) })),
    streets: { type: 'FeatureCollection', ...streets },
    ...(baseMap && { baseMap: toldBaseMap(baseMap) }),
  });
  const etag = `W/"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
  return { body, zipped: await promisify(gzip)(body), etag };
}
