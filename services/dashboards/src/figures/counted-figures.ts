import type { FigureSource } from '@alzette/kit/figures';
import { readDefinitions } from '@alzette/kit/figures/documents';
import { COUNTED, countOf } from '@alzette/ngsi-ld-schemas/figures';

const FILE = new URL('../../documents/counted-figures.json', import.meta.url);

/** The figures that are counts of entities. */
export function countedFigures(context: string): FigureSource {
  const definitions = readDefinitions(FILE);
  return {
    definitions,
    async read({ tenant, client, scope }) {
      const where = { tenant, context, ...(scope !== undefined && { scopeQ: `${scope}/#` }) };
      const counted = await Promise.all(
        Object.entries(COUNTED).map(async ([name, figure]) => [name, { value: await countOf(client, figure, where) }]),
      );
      return Object.fromEntries(counted);
    },
  };
}
