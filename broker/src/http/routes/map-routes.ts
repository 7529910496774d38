import type { FastifyInstance } from 'fastify';
import type { Contexts } from '../../context/contexts.ts';
import { parseContextLink } from '../../context/link-header.ts';
import type { Queryable } from '../../database/database.ts';
import { listMap, viewMap } from '../../entities/map/map-view.ts';
import type { RecentMaps } from '../../entities/map/recent-maps.ts';
import { sendJson } from '../answers/send-json.ts';
import { callerOf } from '../requests/caller.ts';
import { readListRequest, readMapRequest } from '../requests/territory/map-request.ts';

const OBJECT = { type: 'object' } as const;
const LAYERS = {
  type: 'array',
  minItems: 1,
  maxItems: 20,
  items: OBJECT,
  description: 'Each item is a MapLayer',
} as const;
const EXAMPLE_LAYERS = [
  { type: 'Streetlight', classes: [{ key: 'lit', when: [{ attribute: 'powerState', is: ['on'] }] }] },
];
const FILTER = {
  type: 'object',
  properties: {
    scopes: { type: 'array', items: { type: 'string' } },
    text: { type: 'string' },
    classes: { type: 'object', additionalProperties: { type: 'array', items: { type: 'string' } } },
    attention: { type: 'boolean' },
  },
} as const;
const BOX = { type: 'array', items: { type: 'number' }, description: 'West, south, east, north in degrees' } as const;

interface MapParts {
  readonly db: Queryable;
  readonly contexts: Contexts;
  /** Absent: the reads may come from a copy that lags behind. */
  readonly recent: RecentMaps | undefined;
}

/** The contents of a map, counted by the database, and the list beside it. Both respect the rights of the caller. */
export function mapRoutes(app: FastifyInstance, { db, contexts, recent }: MapParts): void {
  app.post(
    '/territory/map',
    {
      config: {
        access: 'read',
        objects: { by: 'entities' },
        openapi: {
          summary: 'The contents of a map within a box: counts by class at low zoom, points at high zoom',
          body: {
            type: 'object',
            required: ['layers', 'zoom'],
            properties: {
              layers: LAYERS,
              zoom: { type: 'number' },
              box: BOX,
              filter: FILTER,
              totals: { type: 'boolean' },
            },
          },
          example: { layers: EXAMPLE_LAYERS, zoom: 12, box: [5.88, 49.36, 6.05, 49.51] },
          answer: {
            type: 'object',
            properties: {
              shows: { enum: ['scopes', 'cells', 'points'] },
              cells: { type: 'array', items: OBJECT },
              points: { type: 'array', items: { type: 'array' } },
              totals: { type: 'array', items: { type: 'array' } },
            },
          },
        },
      },
    },
    async (request, reply) => {
      const context = await contexts.resolve(parseContextLink(request.headers.link));
      const { wantsTotals, ...asked } = readMapRequest(request.body, context);
      const caller = callerOf(request, request.tenant);
      const look = () => viewMap(db, caller, asked, wantsTotals);
      return sendJson(reply, await (recent?.view(caller, asked, wantsTotals, look) ?? look()));
    },
  );

  app.post(
    '/territory/map/list',
    {
      config: {
        access: 'read',
        objects: { by: 'entities' },
        openapi: {
          summary: 'Ids of the entities on a map, most severe first',
          body: {
            type: 'object',
            required: ['layers'],
            properties: {
              layers: LAYERS,
              box: BOX,
              filter: FILTER,
              limit: { type: 'integer', maximum: 5000 },
              offset: { type: 'integer' },
            },
          },
          example: { layers: EXAMPLE_LAYERS, limit: 50 },
          answer: {
            type: 'object',
            properties: { ids: { type: 'array', items: { type: 'string' } }, count: { type: 'integer' } },
          },
        },
      },
    },
    async (request, reply) => {
      const context = await contexts.resolve(parseContextLink(request.headers.link));
      const asked = readListRequest(request.body, context);
      return sendJson(reply, await listMap(db, callerOf(request, request.tenant), asked));
    },
  );
}
