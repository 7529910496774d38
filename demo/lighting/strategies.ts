import { packDocuments } from '../packs/documents.ts';

const STRATEGIES = await packDocuments<{ readonly name: string }>('lighting-strategies');

/** The initial strategy of the territory: half the light from 21:00 to 05:30. */
export const INITIAL = strategyOf('reduction-21h');
/** Two thresholds: half the light, and less in the middle of the night. */
export const TWO_THRESHOLDS = strategyOf('deux-seuils');

function strategyOf(id: string) {
  const found = STRATEGIES.find((each) => each.id === id);
  if (found === undefined) throw new Error(`the packs of the demo have no strategy ${id}`);
  return { id, document: found.body };
}
