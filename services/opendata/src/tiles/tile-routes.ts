import { identifier, readPath, text } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { DOCUMENT, media, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import { addressesOf } from '../catalogue/addresses.ts';
import { findPublished } from '../datasets/dataset-rows.ts';
import { type OpenDataParts, siteOf } from '../parts.ts';
import { tileOf } from './tile.ts';

const DEEPEST_ZOOM = 22;
const KEPT_FOR = 'public, max-age=300';
const COLLECTION = identifier({ required: true });
const NUMBER = text({ max: 8, pattern: /^\d+$/, expected: 'a whole number', required: true });
const ROW = text({ max: 12, pattern: /^\d+\.(?:mvt|pbf)$/, expected: 'a whole number and .mvt', required: true });

/** `/tiles`: published datasets as vector tiles (Mapbox Vector Tile 2.1) of Web Mercator. */
export function tileRoutes(scope: FastifyInstance, { db, territories }: OpenDataParts): void {
  scope.get(
    '/:collection',
    operation({ access: 'nothing', summary: 'The tiles of a collection as TileJSON 3.0', answers: DOCUMENT }),
    async (request, reply) => {
      const { collection: id } = readPath(request, { collection: COLLECTION });
      const { tenant, publicUrl, territory } = siteOf(territories, request.tenant);
      const dataset = await findPublished(db, { tenant, id });
      if (!dataset?.definition.geometry) throw missing('collection with places', id);
      const { definition, bbox } = dataset;
      reply.headers({ 'cache-control': KEPT_FOR, 'access-control-allow-origin': '*' });
      return {
        tilejson: '3.0.0',
        name: definition.title.fr,
        description: definition.description.fr,
        tiles: [`${addressesOf(publicUrl, id).tiles}/{z}/{x}/{y}.mvt`],
        minzoom: 0,
        maxzoom: DEEPEST_ZOOM,
        bounds: bbox ?? territory.bbox,
        vector_layers: [
          { id, fields: Object.fromEntries(definition.columns.map(({ name, title }) => [name, title.fr])) },
        ],
      };
    },
  );

  scope.get(
    '/:collection/:z/:x/:y',
    operation({
      access: 'nothing',
      summary: 'A vector tile of a collection: {z}/{x}/{y}.mvt',
      answers: { 200: media('application/vnd.mapbox-vector-tile'), 204: null },
    }),
    async (request, reply) => {
      const path = readPath(request, { collection: COLLECTION, z: NUMBER, x: NUMBER, y: ROW });
      const [z, x, y] = [path.z, path.x, path.y].map((part) => Number.parseInt(part, 10)) as [number, number, number];
      if (z > DEEPEST_ZOOM) throw refused('z', z, `0 to ${DEEPEST_ZOOM}`);
      if (x >= 2 ** z || y >= 2 ** z) throw refused('x, y', `${x}, ${y}`, `less than ${2 ** z} at zoom ${z}`);
      const dataset = await findPublished(db, { tenant: request.tenant, id: path.collection });
      if (!dataset?.definition.geometry) throw missing('collection with places', path.collection);
      const etag = `"${dataset.digest}"`;
      reply.headers({ 'cache-control': KEPT_FOR, 'access-control-allow-origin': '*', etag });
      if (request.headers['if-none-match'] === etag) return reply.code(304).send();
      const tile = await tileOf(db, dataset, z, x, y);
      return tile === undefined ? reply.code(204).send() : reply.type('application/vnd.mapbox-vector-tile').send(tile);
    },
  );
}
