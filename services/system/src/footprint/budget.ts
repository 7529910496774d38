import type { Queryable } from '@alzette/kit/database';
import type { LanguageMap } from '@alzette/kit/languages';
import type { Amounts, FootprintSettings } from '../contract/footprint.ts';
import { keepOver, readSettings } from './settings.ts';

/** The port to the service that stores alarms. */
export interface AlarmPort {
  apply(tenant: string, acts: readonly BudgetAct[]): Promise<void>;
}

interface BudgetAct {
  readonly id: string;
  readonly alarm: string;
  readonly kind: 'raise' | 'clear';
  readonly at: string;
  readonly decidedAt: string;
  readonly details?: object;
}

const BUDGETS = ['kwh', 'storageBytes'] as const;
type Budgeted = (typeof BUDGETS)[number];
const TEXTS: Readonly<Record<Budgeted, Required<LanguageMap>>> = {
  kwh: {
    fr: 'La plateforme dépasse son budget d’énergie de 30 jours',
    en: 'The platform exceeds its energy budget of 30 days',
    de: 'Die Plattform überschreitet ihr Energiebudget von 30 Tagen',
    lb: 'D’Plattform geet iwwer hiren Energiebudget vun 30 Deeg',
  },
  storageBytes: {
    fr: 'La plateforme dépasse son budget de stockage',
    en: 'The platform exceeds its storage budget',
    de: 'Die Plattform überschreitet ihr Speicherbudget',
    lb: 'D’Plattform geet iwwer hire Späicherbudget',
  },
};
const RULE = { id: 'urn:ngsi-ld:Rule:footprint-budget', version: 1, name: 'Budget' };
const PLATFORM = { id: 'urn:ngsi-ld:Platform:alzette', type: 'Platform' };

/** What is beyond the budget. */
export function overBudget({ budget }: FootprintSettings, whole: Amounts): Budgeted[] {
  return BUDGETS.filter((what) => whole[what] > (budget[what] ?? Number.POSITIVE_INFINITY));
}

/** Raises an alarm when a budget is exceeded, and clears it when it is kept again. */
export async function watchBudget(db: Queryable, alarms: AlarmPort, whole: Amounts, now: Date): Promise<void> {
  const { settings, over: before } = await readSettings(db);
  const over = overBudget(settings, whole);
  const at = now.toISOString();
  const acts = BUDGETS.flatMap((what): BudgetAct[] => {
    const isOver = over.includes(what);
    if (isOver === before.includes(what)) return [];
    const kind = isOver ? 'raise' : 'clear';
    const alarm = `urn:ngsi-ld:Alert:footprint-budget-${what}`;
    return [
      { id: `${alarm}-${kind}-${at}`, alarm, kind, at, decidedAt: at, ...(isOver && { details: detailsOf(what) }) },
    ];
  });
  if (acts.length === 0) return;
  await alarms.apply('', acts);
  await keepOver(db, over);
}

function detailsOf(what: Budgeted) {
  return {
    rule: RULE,
    cause: 'condition',
    entity: PLATFORM,
    severity: 'low',
    category: 'platform',
    text: TEXTS[what],
    dedupKey: `footprint-budget-${what}`,
    actions: [],
  };
}
