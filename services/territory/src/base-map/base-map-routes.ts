import { basename, dirname } from 'node:path';
import { media, operation } from '@alzette/kit/routes';
import { send } from '@fastify/send';
import type { FastifyInstance } from 'fastify';
import type { BaseMap } from '../territory-shape.ts';
import { isUrl, PATH } from './base-map.ts';

const MAX_AGE = '1h';

/** `GET /territory/base-map`: the PMTiles archive of a territory, whole or a range of its bytes (RFC 9110, 14). */
export function baseMapRoutes(app: FastifyInstance, baseMapOf: (tenant: string) => BaseMap | undefined): void {
  const description = operation({
    access: 'nothing',
    anyTenant: true,
    summary: 'The archive of the base map (PMTiles), by byte ranges',
    answers: { 200: media('application/vnd.pmtiles'), 206: media('application/vnd.pmtiles') },
  });
  app.get(PATH, description, async (request, reply) => {
    const { archive: file } = baseMapOf(request.tenant) ?? {};
    if (file === undefined || isUrl(file)) return reply.callNotFound();
    const { statusCode, headers, stream } = await send(request.raw, encodeURIComponent(basename(file)), {
      root: dirname(file),
      maxAge: MAX_AGE,
      contentType: false,
      dotfiles: 'allow',
    });
    return reply.code(statusCode).headers(headers).type('application/vnd.pmtiles').send(stream);
  });
}
