import type { Database, Queryable } from '@alzette/kit/database';
import type { Handlers } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type { Collectivities } from '../collectivities/collectivities.ts';
import type { CollectivityContract, CostRule, GroupFigures } from '../contract/contract.ts';
import { sharesOf } from './cost-shares.ts';

/** Sums of each of these tenants. */
export type FiguresOf = (
  db: Queryable,
  tenants: readonly string[],
) => Promise<ReadonlyMap<string, Omit<GroupFigures, 'inhabitants'>>>;

const READ = 'SELECT formula, amount::float8 AS amount FROM territory.cost_share';
const KEEP = `
  INSERT INTO territory.cost_share (formula, amount) VALUES ($1, $2)
  ON CONFLICT (is_set) DO UPDATE SET formula = excluded.formula, amount = excluded.amount`;
/** Before somebody has decided otherwise. */
const FIRST: CostRule = { formula: 'inhabitants', amount: 0 };

type Parts = Pick<ServiceContext, 'db'> & { readonly collectivities: Collectivities; readonly figuresOf: FiguresOf };

/** The collectivities beside each other, and what each bears of the costs. */
export function groupHandlers({
  db,
  collectivities,
  figuresOf,
}: Parts): Handlers<CollectivityContract, 'figures' | 'costs' | 'setCosts'> {
  const figures = async () => {
    const figuresByTenant = await figuresOf(db, collectivities.tenants());
    const all = [...figuresByTenant].map(([tenant, sums]) => {
      const { name, communes } = collectivities.of(tenant);
      const known = communes.flatMap(({ inhabitants }) => inhabitants ?? []);
      const inhabitants = known.reduce((sum, each) => sum + each, 0);
      return { tenant, name, ...sums, ...(known.length === communes.length && { inhabitants }) };
    });
    return all.sort((a, b) => a.name.localeCompare(b.name, 'fr') || (a.tenant < b.tenant ? -1 : 1));
  };
  const shown = async (rule: CostRule) => ({ ...rule, shares: sharesOf(rule.formula, rule.amount, await figures()) });
  return {
    async figures() {
      const all = await figures();
      return { collectivities: all.map((each) => ({ ...each, url: collectivities.publicUrl(each.tenant) })) };
    },
    costs: async () => shown(await readRule(db)),
    async setCosts({ body }) {
      const shares = await shown({ ...body, amount: Math.round(body.amount * 100) / 100 });
      await db.query({ text: KEEP, values: [shares.formula, shares.amount] });
      return shares;
    },
  };
}

async function readRule(db: Database): Promise<CostRule> {
  const { rows } = await db.query<CostRule>({ text: READ });
  return rows[0] ?? FIRST;
}
