import type { SqlParameters } from '../../database/sql-parameters.ts';
import { isShownAsIs } from '../../model/core-names.ts';
import type { QNode, QTerm } from '../../query/q/q-tree.ts';

/**
 * A fast pre-filter: the stored text of a row contains each string that the query requires to be equal, or the row has
 * no text. So most rows that don't match are excluded without reading their document. '' if the query compares no
 * strings.
 *
 * Measured with entities of 4 KB, a tenth of which match: a scan takes half the time.
 */
export function textFilter(q: QNode | undefined, params: SqlParameters): string {
  const all = q === undefined ? [] : q.kind === 'and' ? q.operands : [q];
  const conditions = all.flatMap((node) => {
    const texts = node.kind === 'term' ? textsOf(node) : undefined;
    if (texts === undefined) return [];
    return [`(${texts.map((text) => `strpos(shown, ${params.add(JSON.stringify(text))}::text) > 0`).join(' OR ')})`];
  });
  return conditions.length === 0 ? '' : ` AND (shown IS NULL OR (${conditions.join(' AND ')}))`;
}

/**
 * A matching entity must contain one of these texts. Undefined: it may match without any, or spell the value
 * differently.
 */
function textsOf({ path, test }: QTerm): string[] | undefined {
  if (path.kind !== 'value' || test.kind !== 'equal' || test.operand.kind !== 'values') return undefined;
  const texts = test.operand.values.flatMap(({ kind, value }) =>
    kind === 'string' && isShownAsIs(value) ? [value] : [],
  );
  return texts.length === test.operand.values.length ? texts : undefined;
}
