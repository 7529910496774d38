import type { FigurePort } from '@alzette/kit/figures';
import { BY_ENTITIES, judgeOf } from '@alzette/kit/objects';
import type { Handlers } from '@alzette/kit/serve';
import type { FigureContract } from '../contract/contract.ts';
import type { DashboardParts } from '../parts.ts';

/** `/dashboards/figures`: each figure of the territory, computed once for all places that show it. */
export function figureHandlers({ clientOf }: DashboardParts, figures: FigurePort): Handlers<FigureContract> {
  return {
    list: {
      objects: BY_ENTITIES,
      async handle(request) {
        const { tenant, query } = request;
        const asked = { tenant, scope: query.scope, client: clientOf(request), judge: judgeOf(request) };
        return { at: new Date().toISOString(), figures: await figures.read(asked) };
      },
    },
  };
}
