import { queryAll } from '@alzette/ngsi-ld-schemas';
import type { GroupId } from '../contract/reach.ts';
import { type Asked, KPI } from '../statistics/kpi-entities.ts';
import type { PopulatedCell } from './cells.ts';
import { middleOfCell } from './grid-cells.ts';

/** A cell with what is known of its inhabitants. */
export interface KnownCell extends PopulatedCell {
  /** The mean living standard, € a year. */
  readonly income?: number;
  readonly young?: number;
  readonly old?: number;
}

/** A group, with its members in each cell. */
export interface Group {
  readonly id: GroupId;
  readonly members: readonly number[];
}

interface Head {
  readonly product?: { readonly value: string };
  readonly area?: { readonly value: string };
  readonly kpiValue?: { readonly value: number; readonly observedAt: string };
  readonly observationStatus?: { readonly value: string; readonly observedAt: string };
}

const FLOW = 'insee-grid/';
const VARIABLES = ['cellPeople', 'cellIncomeSum', 'cellYoung', 'cellOld'] as const;
const FIFTHS = 5;

/** The cells that the client may read, as the latest year says. */
export async function readKnownCells({ client, tenant, context }: Asked): Promise<KnownCell[]> {
  const products = VARIABLES.map((variable) => `"${FLOW}${variable}"`).join(',');
  const q = `process=="statistic";product==${products}`;
  const pick = ['id', 'type', 'product', 'area', 'kpiValue', 'observationStatus'];
  const cells = new Map<string, Map<string, { readonly value: number; readonly isImputed: boolean }>>();
  for await (const head of queryAll<Head>(client, { type: KPI, q, pick, limit: 1000, tenant, context })) {
    const { product, area, kpiValue, observationStatus } = head;
    // The last number may be older than the word that none is known.
    if (area === undefined || kpiValue === undefined || kpiValue.observedAt !== observationStatus?.observedAt) continue;
    const own = cells.get(area.value) ?? new Map();
    cells.set(area.value, own);
    const variable = product?.value.slice(FLOW.length) ?? '';
    own.set(variable, { value: kpiValue.value, isImputed: observationStatus.value === 'imputed' });
  }
  return [...cells].flatMap(([area, own]) => {
    const [at, people] = [middleOfCell(area), own.get('cellPeople')];
    if (at === undefined || people === undefined || people.value <= 0) return [];
    const known = (variable: (typeof VARIABLES)[number]) => own.get(variable)?.value;
    const [sum, young, old] = [known('cellIncomeSum'), known('cellYoung'), known('cellOld')];
    return [
      {
        at,
        people: people.value,
        isImputed: people.isImputed,
        ...(sum !== undefined && { income: sum / people.value }),
        ...(young !== undefined && { young }),
        ...(old !== undefined && { old }),
      },
    ];
  });
}

/**
 * The inhabitants by fifths of the mean living standard of their cell, the poorest first, and by age. A cell is in one
 * fifth: what people earn within it is not known. What no cell tells has no groups.
 */
export function groupsOf(cells: readonly KnownCell[]): Group[] {
  return [...fifthsOf(cells), ...agesOf(cells)];
}

function fifthsOf(cells: readonly KnownCell[]): Group[] {
  const known = cells.flatMap(({ people, income }, at) => (income === undefined ? [] : [{ people, income, at }]));
  if (known.length < FIFTHS) return [];
  const total = known.reduce((sum, { people }) => sum + people, 0);
  const members = Array.from({ length: FIFTHS }, () => cells.map(() => 0));
  let below = 0;
  for (const { people, at } of known.sort((a, b) => a.income - b.income)) {
    const fifth = Math.min(FIFTHS - 1, Math.floor(((below + people / 2) / total) * FIFTHS));
    (members[fifth] as number[])[at] = people;
    below += people;
  }
  return members.map((own, fifth) => ({ id: `income${fifth + 1}` as GroupId, members: own }));
}

function agesOf(cells: readonly KnownCell[]): Group[] {
  if (cells.length === 0 || cells.some(({ young, old }) => young === undefined || old === undefined)) return [];
  return [
    { id: 'young', members: cells.map(({ young = 0 }) => young) },
    { id: 'adult', members: cells.map(({ people, young = 0, old = 0 }) => Math.max(0, people - young - old)) },
    { id: 'old', members: cells.map(({ old = 0 }) => old) },
  ];
}
