import { refused } from '@alzette/kit/problems';
import { COLUMNS, type Dashboard, TYPE_VARIABLE } from '@alzette/ngsi-ld-schemas/dashboards';
import type { SavedQuestion } from '../contract/documents.ts';

/** What a schema can't say of a dashboard. @throws Problem 400 */
export function checkDashboard({ widgets, types }: Dashboard): void {
  const ids = widgets.map(({ id }) => id);
  const twin = ids.find((id, place) => ids.indexOf(id) !== place);
  if (twin !== undefined) throw refused('widgets', twin, 'a unique id for each widget');
  widgets.forEach(({ x, w, kind, question, saved, figure }, place) => {
    if (x + w > COLUMNS)
      throw refused(`widgets.${place}.w`, w, `at most ${COLUMNS - x}: the grid has ${COLUMNS} columns`);
    const isAsking = !['text', 'image', 'alarms'].includes(kind);
    if (figure !== undefined && kind !== 'number')
      throw refused(`widgets.${place}.figure`, figure, 'a widget of the kind number');
    if (isAsking && figure === undefined && question === undefined && saved === undefined)
      throw refused(`widgets.${place}.question`, undefined, 'a question, or the id of a saved one');
    if (question?.type === TYPE_VARIABLE && types === undefined)
      throw refused('types', undefined, `the types that "${TYPE_VARIABLE}" can be`);
  });
}

/** @throws Problem 400 */
export function checkQuestion({ question: { type } }: SavedQuestion): void {
  if (type === TYPE_VARIABLE)
    throw refused('question.type', TYPE_VARIABLE, 'a type, because a saved question belongs to no dashboard');
}
