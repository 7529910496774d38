import { LANGUAGES } from '@alzette/kit/languages';
import { oneOf, readQuery, text } from '@alzette/kit/parameters';
import { cacheable, operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import type { WasteParts } from '../parts.ts';
import { readSettings } from '../settings.ts';
import { publicCentres } from './centres.ts';

const QUERY = { language: oneOf(LANGUAGES, { default: 'fr' }), commune: text({ max: 64 }) };

/** `/citizen/v1/recycling-centres`: position, opening hours and waiting time. */
export function centreRoutes(scope: FastifyInstance, parts: WasteParts): void {
  scope.get(
    '/recycling-centres',
    operation({
      access: 'nothing',
      summary: 'Recycling centres: opening hours, whether they are open, and the number of waiting vehicles',
      query: QUERY,
    }),
    async (request, reply) => {
      const { commune } = readQuery(request, QUERY);
      const centres = await publicCentres(parts, request.tenant, await readSettings(parts.db, request.tenant));
      const shown = centres.filter((centre) => commune === undefined || centre.commune === commune);
      return cacheable(request, reply, { centres: shown });
    },
  );
}
