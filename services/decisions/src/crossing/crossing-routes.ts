import { BY_ENTITIES } from '@alzette/kit/objects';
import { missing, Problem, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { FastifyRequest } from 'fastify';
import type { CrossingContract } from '../contract/contract.ts';
import type { Indicator } from '../contract/indicator.ts';
import { indicatorsOf } from '../indicators/indicator-jobs.ts';
import type { Library } from '../library/library.ts';
import type { DecisionParts } from '../parts.ts';
import { readSeries } from '../statistics/kpi-entities.ts';
import type { DocumentRows } from '../stored/document-rows.ts';
import { crossed, differenceOf, type Sided } from './cross.ts';

/** `/decisions/crossings`: what indicators say together, in the communes that the reader may see. */
export function crossingHandlers(
  parts: DecisionParts,
  library: Library,
  rows: DocumentRows<Indicator>,
): Handlers<CrossingContract> {
  const { clientOf, context, territories } = parts;
  const sideOf = async (request: FastifyRequest, id: string): Promise<Sided> => {
    const indicator = (await indicatorsOf(parts, library, rows, request.tenant)).get(id);
    if (indicator === undefined) throw missing('indicator', id);
    const series = await readSeries({ client: clientOf(request), tenant: request.tenant, context }, 'indicator', id);
    const { communes } = territories.of(request.tenant);
    const own = series.filter(({ area }) => communes.some(({ slug }) => slug === area));
    return { id, indicator, values: new Map(own.map(({ area, values }) => [area, values])) };
  };
  return {
    cross: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { a, b } = request.query;
        const [one, two] = [await sideOf(request, a), await sideOf(request, b)];
        return crossed(one, two, territories.of(request.tenant).communes);
      },
    },
    difference: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { indicator, changed, from } = request.query;
        const known = territories.of(request.tenant).communes.map(({ slug }) => slug);
        const strange = changed.find((slug) => !known.includes(slug));
        if (strange !== undefined) throw refused('changed', strange, `some of ${known.join(', ')}`);
        if (known.every((slug) => changed.includes(slug)))
          throw refused('changed', changed.join(','), 'at least one commune where nothing changed');
        const difference = differenceOf(await sideOf(request, indicator), { changed, from });
        if (typeof difference === 'string') throw new Problem(409, 'There is nothing to compare', `Got ${difference}`);
        return difference;
      },
    },
  };
}
