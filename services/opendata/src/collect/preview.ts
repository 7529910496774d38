import type { Queryable } from '@alzette/kit/database';
import type { DatasetDefinition, Feature } from '../datasets/dataset.ts';
import { collectFeatures, type Source } from './collect.ts';
import { countSquares } from './grid.ts';

const MOST_ROWS = 50;
/** What a preview of history looks at: one day tells what a row is. */
const PREVIEW_DAYS = 1;

/** The first rows that a definition gives in the right of `source`, made as a refresh makes them. */
export async function previewOf(
  db: Queryable,
  source: Source,
  definition: DatasetDefinition,
): Promise<{ rows: Feature[] }> {
  const now = new Date();
  const { content } = definition.source;
  if (content.kind === 'grid') return { rows: (await countSquares(db, source, definition, now)).slice(0, MOST_ROWS) };
  const shortened: DatasetDefinition =
    content.kind === 'history'
      ? { ...definition, source: { ...definition.source, content: { kind: 'history', days: PREVIEW_DAYS } } }
      : definition;
  const rows: Feature[] = [];
  for await (const feature of collectFeatures(source, shortened, now)) {
    rows.push(feature);
    if (rows.length === MOST_ROWS) break;
  }
  return { rows };
}
