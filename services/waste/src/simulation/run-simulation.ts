import { type FlatSamples, flatSamples } from '@alzette/kit/forecasting';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { LonLat } from '@alzette/ngsi-ld-schemas/geo';
import type { Container, Outcome, Policy, WasteSettings } from '../contract/contract.ts';
import { departmentOf, readContainers } from '../forecast/container.ts';
import { readLevels } from '../forecast/forecast-jobs.ts';
import type { WasteParts } from '../parts.ts';
import { readSettings } from '../settings.ts';
import { middleOf } from '../tours/plan-tour.ts';
import { SIMULATION, type SimulatedKind } from './simulation-task.ts';

type PlacedContainer = Container & { readonly position: LonLat };

export interface PoliciesAsked {
  readonly tenant: string;
  /** With the rights of the reader. */
  readonly client: NgsiLdClient;
  readonly kind?: string | undefined;
  readonly days?: number | undefined;
  /** By default those that the settings name. */
  readonly policies?: ((settings: WasteSettings) => readonly Policy[]) | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface PoliciesCompared {
  readonly days: number;
  readonly containers: number;
  readonly leftOut: number;
  readonly kinds: string[];
  readonly outcomes: Outcome[];
}

const DAYS = 56;
const MOST = 400;
const AT_ONCE = 50;

/** Simulates policies over the past weeks of the containers that the client may read. */
export async function comparePolicies(parts: WasteParts, asked: PoliciesAsked): Promise<PoliciesCompared> {
  const { tenant, client, kind, days = DAYS, policies = usualPolicies, signal } = asked;
  const { db, context, territories, compute } = parts;
  const territory = territories.of(tenant);
  const settings = await readSettings(db, tenant);
  const all = await readContainers(client, { tenant, context, territory });
  const placed = all.filter(
    (one): one is PlacedContainer =>
      one.position !== undefined && one.level !== undefined && (kind === undefined || one.kind === kind),
  );
  const containers = placed.slice(0, MOST);
  const names = [...new Set(containers.map((one) => one.kind))].sort();
  const now = Date.now();
  const kinds: SimulatedKind[] = [];
  for (const name of names) {
    kinds.push(await kindOf(parts, tenant, { containers: containers.filter((one) => one.kind === name), now }));
  }
  const { timeZone, bbox } = territory;
  const { streets } = await territories.shapes(tenant);
  const depot = settings.depot ?? middleOf(bbox);
  const outcomes = await compute.run(
    SIMULATION,
    { kinds, policies: policies(settings), days, now, timeZone, depot, streets, settings },
    { tenant, signal },
  );
  return { days, containers: containers.length, leftOut: placed.length - containers.length, kinds: names, outcomes };
}

function usualPolicies({ fixedDays, threshold }: WasteSettings): Policy[] {
  return [
    { by: 'fixed', days: fixedDays },
    { by: 'threshold', level: threshold, least: 4 },
    { by: 'forecast', every: 2 },
  ];
}

/** Containers that are collected together, with their past levels. */
async function kindOf(
  parts: WasteParts,
  tenant: string,
  { containers, now }: { readonly containers: readonly PlacedContainer[]; readonly now: number },
): Promise<SimulatedKind> {
  const own: { position: LonLat; levels: FlatSamples }[] = [];
  for (let start = 0; start < containers.length; start += AT_ONCE) {
    const some = containers.slice(start, start + AT_ONCE);
    const levels = await readLevels(parts, tenant, some, now);
    own.push(...some.map(({ id, position }) => ({ position, levels: flatSamples(levels.get(id) ?? []) })));
  }
  return { containers: own, department: departmentOf(parts.territories.of(tenant), containers[0]?.commune) };
}
