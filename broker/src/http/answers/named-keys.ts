import type { Analysis, AnalysisAnswer } from '../../history/analysis/analysis.ts';
import type { NameCompactor } from '../../model/names.ts';

/** The answer to an analysis, with type IRIs in its keys replaced by terms. */
export function namedKeys(answer: AnalysisAnswer, { group }: Analysis, names: NameCompactor): AnalysisAnswer {
  if (!group.some(({ by }) => by === 'type')) return answer;
  const named = (key: string | null, place: number) =>
    key !== null && group[place]?.by === 'type' ? names.compact(key) : key;
  return { ...answer, rows: answer.rows.map((row) => ({ ...row, keys: row.keys.map(named) })) };
}
