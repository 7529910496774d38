import { REQUEST_ID_HEADER } from '@alzette/kit/tracing';
import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

/** Response headers that pages of other origins may read. */
const EXPOSED = [
  'Link',
  'Location',
  'NGSILD-Results-Count',
  'NGSILD-Tenant',
  'NGSILD-Snapshot',
  'NGSILD-EntityMap',
  'NGSILD-Warning',
  'Preference-Applied',
  'Content-Range',
  'Retry-After',
  REQUEST_ID_HEADER,
];

/** Allows pages of the given origins to use the API from a browser; `*` allows any. Adds nothing without origins. */
export async function allowOrigins(app: FastifyInstance, origins: readonly string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: origins.includes('*') ? '*' : [...origins],
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'],
    exposedHeaders: EXPOSED,
    maxAge: 86_400,
  });
}
