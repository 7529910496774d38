import type { Queryable } from '@alzette/kit/database';
import type { FigurePort } from '@alzette/kit/figures';
import { missing } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type {
  Footprint,
  FootprintContract,
  FootprintSettings,
  PublicFootprint,
  PublicFootprintContract,
  UseCases,
} from '../contract/footprint.ts';
import { overBudget } from './budget.ts';
import {
  type CollectivityUse,
  collectivitiesOf,
  daysBefore,
  domainsOf,
  type Period,
  trendOf,
  wholeOf,
} from './footprint.ts';
import { methodOf } from './method.ts';
import { keepSettings, readSettings } from './settings.ts';
import { useCasesOf } from './use-cases.ts';
import { useSince } from './use-rows.ts';

const DAYS = 30;
const TREND_DAYS = 365;

/** What these tenants used of what they share in the last 30 days. */
export type UsageOf = (
  db: Queryable,
  tenants: readonly string[],
) => Promise<ReadonlyMap<string, { readonly entities: number; readonly usage: { readonly requests: number } }>>;

type Parts = Pick<ServiceContext, 'db' | 'client' | 'territories'> & {
  /** Absent: no service has figures. */
  readonly figures?: FigurePort;
  readonly usageOf: UsageOf;
  /** Adds what this process has used until now. */
  readonly add: () => Promise<void>;
};

export function footprintHandlers(parts: Parts): Handlers<FootprintContract> {
  const { db, add } = parts;
  return {
    async report() {
      await add();
      const { settings } = await readSettings(db);
      const { now, ...footprint } = await footprintOf(db, settings);
      const collectivities = await collectivitiesIn(
        parts,
        await periodSince(db, settings, daysBefore(now, DAYS - 1), now),
      );
      return { ...footprint, collectivities, overBudget: overBudget(settings, footprint.whole) };
    },
    useCases: async ({ tenant }) => useCasesIn(parts, tenant, (await readSettings(db)).settings),
    settings: async () => (await readSettings(db)).settings,
    setSettings: ({ body }) => keepSettings(db, body),
  };
}

export function publicFootprintHandlers(parts: Parts): Handlers<PublicFootprintContract> {
  return { report: ({ tenant }) => publicFootprint(parts, tenant) };
}

/** @throws Problem 404: it is not public */
export async function publicFootprint(parts: Parts, tenant: string): Promise<PublicFootprint> {
  const { settings } = await readSettings(parts.db);
  if (!settings.isPublic) throw missing('public footprint of', 'this installation');
  const { now: _, ...footprint } = await footprintOf(parts.db, settings);
  return { ...footprint, useCases: await useCasesIn(parts, tenant, settings) };
}

/** What all used in the last 30 days. */
export async function wholeNow(db: Queryable): Promise<Footprint['whole']> {
  const now = new Date();
  const { settings } = await readSettings(db);
  return wholeOf(await periodSince(db, settings, daysBefore(now, DAYS - 1), now));
}

async function footprintOf(db: Queryable, settings: FootprintSettings) {
  const now = new Date();
  const from = daysBefore(now, DAYS - 1);
  const year = await periodSince(db, settings, daysBefore(now, TREND_DAYS - 1), now);
  const month = { ...year, rows: year.rows.filter(({ day }) => day >= from) };
  return {
    now,
    from,
    to: daysBefore(now, 0),
    whole: wholeOf(month),
    domains: domainsOf(month),
    days: trendOf(year),
    method: year.method,
  };
}

async function periodSince(db: Queryable, settings: FootprintSettings, day: string, now: Date): Promise<Period> {
  return { rows: await useSince(db, day), now, method: methodOf(settings.factors) };
}

async function collectivitiesIn(
  { db, territories, usageOf }: Parts,
  period: Period,
): Promise<Footprint['collectivities']> {
  const used = await usageOf(db, [...new Set(['', ...territories.tenants()])]);
  const uses = new Map<string, CollectivityUse>(
    [...used].map(([tenant, { entities, usage }]) => [tenant, { entities, requests: usage.requests }]),
  );
  return [...collectivitiesOf(period, uses)].map(([tenant, amounts]) => ({
    tenant: tenant === '' ? '@default' : tenant,
    name: territories.of(tenant).name,
    ...amounts,
  }));
}

async function useCasesIn(parts: Parts, tenant: string, settings: FootprintSettings): Promise<UseCases> {
  const { db, client, figures, territories } = parts;
  const now = new Date();
  const [period, known = []] = await Promise.all([
    periodSince(db, settings, `${now.getUTCFullYear()}-01-01`, now),
    figures?.read({ tenant, scope: undefined, client, judge: undefined }),
  ]);
  const name = territories.of(tenant).name;
  return { tenant: tenant === '' ? '@default' : tenant, name, ...useCasesOf(period, settings, known) };
}
