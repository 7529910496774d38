import { contains, type LonLat } from '@alzette/ngsi-ld-schemas/geo';
import type { Simulated, VariantResult } from '../contract/scenario.ts';
import { annuity } from '../model/compile-formula.ts';
import { type Group, groupsOf, type KnownCell } from '../reach/group-cells.ts';

interface Decided {
  readonly today: VariantResult;
  readonly variants: readonly VariantResult[];
  readonly years: number;
  readonly discountRate: number;
  readonly area?: readonly LonLat[] | undefined;
}

/** The groups of inhabitants: how many they are, in the area too, and what each variant would cost them. */
export function whoPays(
  cells: readonly KnownCell[],
  { today, variants, years, discountRate, area }: Decided,
): NonNullable<Simulated['groups']> {
  const people = cells.reduce((sum, cell) => sum + cell.people, 0);
  const isInside = cells.map(({ at }) => area !== undefined && contains({ type: 'Polygon', coordinates: [area] }, at));
  const costs = variants.map(
    ({ balance }) =>
      balance && today.balance && (today.balance.value - balance.value) / annuity(discountRate, years) / people,
  );
  return groupsOf(cells).map(({ id, members }) => {
    const sum = (of: (cell: KnownCell, at: number) => number) =>
      cells.reduce((total, cell, at) => total + (members[at] ?? 0) * of(cell, at), 0);
    const own = sum(() => 1);
    const income = own === 0 ? undefined : incomeOf(cells, members);
    const burdens = costs.every((cost) => cost !== undefined) ? costs : undefined;
    return {
      id,
      people: own,
      imputed: sum(({ isImputed }) => Number(isImputed)),
      ...(income !== undefined && { income }),
      ...(area && { inArea: sum((_, at) => Number(isInside[at])) }),
      ...(income !== undefined && burdens && { burdens: burdens.map((cost) => cost / income) }),
    };
  });
}

/** Undefined: it is not known of all cells of the group. */
function incomeOf(cells: readonly KnownCell[], members: Group['members']): number | undefined {
  let [sum, people] = [0, 0];
  for (const [at, { income }] of cells.entries()) {
    const own = members[at] ?? 0;
    if (own === 0) continue;
    if (income === undefined) return undefined;
    sum += own * income;
    people += own;
  }
  return sum > 0 ? sum / people : undefined;
}
