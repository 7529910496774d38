import { remembered } from '@alzette/kit/caches';
import { documents, type ObjectKind } from '@alzette/kit/objects';
import { missing, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { ComparisonContract } from '../contract/contract.ts';
import { WHOLE } from '../indicators/compute-indicators.ts';
import type { Library } from '../library/library.ts';
import type { DecisionParts } from '../parts.ts';
import { type Asked, KPI, latestValues } from '../statistics/kpi-entities.ts';
import { keepShared, readShared } from './shared-rows.ts';

const KEPT_FOR_MS = 60_000;
const AT_ONCE = 8;
const DEFAULT_TENANT = '';

/** For who may read indicators at all. */
const OF_THE_GROUP: ObjectKind<object> = {
  name: 'comparison of collectivities',
  find: () => ({}),
  may: (action, _document, { caller, mayAny }) => (action === 'read' ? mayAny('read', [KPI]) : caller.administers),
};

/** `/decisions/comparison`: indicators of the catalogue in the collectivities that let the others see them. */
export function comparisonHandlers(parts: DecisionParts, library: Library): Handlers<ComparisonContract> {
  const { db, client, clientOf, context, territories } = parts;
  const known = [...library.indicators].filter(([, { isAddable }]) => isAddable);
  const ids = known.map(([id]) => id);
  const read = (asked: Pick<Asked, 'client' | 'tenant'>) => latestValues({ ...asked, context }, 'indicator', WHOLE);
  // Only values are kept: whether they may be shown is asked each time.
  const valuesOf = remembered('values to compare', (tenant) => read({ client, tenant }), { forMs: KEPT_FOR_MS });
  const group = (tenant: string) => {
    const all = [DEFAULT_TENANT, ...territories.tenants()];
    if (!all.includes(tenant)) throw missing('collectivity', tenant);
    return all;
  };
  return {
    compare: {
      objects: documents(OF_THE_GROUP, async () => [{}]),
      async handle(request) {
        const { tenant } = request;
        const all = group(tenant);
        const shared = await readShared(db);
        const others = all.filter((each) => each !== tenant && shared.has(each));
        const values = new Map([[tenant, await read({ client: clientOf(request), tenant })]]);
        for (let at = 0; at < others.length; at += AT_ONCE) {
          const some = others.slice(at, at + AT_ONCE);
          const found = await Promise.all(some.map(valuesOf));
          for (const [place, latest] of found.entries()) values.set(some[place] ?? '', latest);
        }
        const isShown = (each: string, id: string) => each === tenant || shared.get(each)?.includes(id);
        return {
          shared: [...(shared.get(tenant) ?? [])],
          collectivities: [...values.keys()].map((each) => ({
            tenant: shownName(each),
            name: territories.of(each).name,
            isOwn: each === tenant,
          })),
          indicators: known.map(([id, { title, unit, better, digits }]) => ({
            ...{ id, title, unit, better, digits },
            values: [...values].flatMap(([each, latest]) => {
              const point = isShown(each, id) ? latest.get(id) : undefined;
              return point ? [{ tenant: shownName(each), ...point }] : [];
            }),
          })),
        };
      },
    },
    async share({ tenant, body: { indicators } }) {
      group(tenant);
      const other = indicators.find((id) => !ids.includes(id));
      if (other !== undefined) throw refused('indicators', other, `some of ${ids.join(', ')}`);
      await keepShared(db, tenant, indicators);
      return { indicators: [...indicators].sort() };
    },
  };
}

function shownName(tenant: string): string {
  return tenant === DEFAULT_TENANT ? '@default' : tenant;
}
