import type { FigureReading, FigureSource } from '@alzette/kit/figures';
import { readDefinitions } from '@alzette/kit/figures/documents';
import { today } from '../collections/collection-routes.ts';
import type { WasteParts } from '../parts.ts';
import { mayReadEveryRound } from './round-rights.ts';
import { savedKilometres } from './tour-rows.ts';

const FILE = new URL('../../documents/figures.json', import.meta.url);

/** The figures of rounds. They pass through several communes, so there are none of one commune. */
export function wasteFigures({ db, territories }: Pick<WasteParts, 'db' | 'territories'>): FigureSource {
  return {
    definitions: readDefinitions(FILE),
    async read({ tenant, scope, judge }): Promise<Record<string, FigureReading>> {
      const isHidden = judge !== undefined && !mayReadEveryRound(judge, territories.of(tenant));
      if (scope !== undefined || isHidden) return {};
      const to = today({ territories }, tenant);
      const from = `${to.slice(0, 4)}-01-01`;
      const value = await savedKilometres(db, tenant, { from, to });
      return value === undefined ? {} : { wasteKilometresSaved: { value, from, to } };
    },
  };
}
