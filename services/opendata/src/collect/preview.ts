import type { Queryable } from '@alzette/kit/database';
import type { DatasetDefinition, Feature } from '../datasets/dataset.ts';
import { collectFeatures, type Source } from './collect.ts';
import { countSquares } from './grid.ts';

const MAX_ROWS = 50;
/** The days of history in a preview; one day is enough to see the rows. */
const PREVIEW_DAYS = 1;

/** The first rows of a definition with the rights of `source`, made as in a refresh. */
export async function previewOf(
  db: Queryable,
  source: Source,
  definition: DatasetDefinition,
): Promise<{ rows: Feature[] }> {
  const now = new Date();
  const { content } = definition.source;
  if (content.kind === 'grid') return { rows: (await countSquares(db, source, definition, now)).slice(0, MAX_ROWS) };
  const shortened: DatasetDefinition =
    content.kind === 'history'
      ? { ...definition, source: { ...definition.source, content: { kind: 'history', days: PREVIEW_DAYS } } }
      : definition;
  const rows: Feature[] = [];
  for await (const feature of collectFeatures(source, shortened, now)) {
    rows.push(feature);
    if (rows.length === MAX_ROWS) break;
  }
  return { rows };
}
