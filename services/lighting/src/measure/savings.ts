import type { Queryable } from '@alzette/kit/database';
import type { Saving, Savings, SavingsBy } from '../contract/contract.ts';
import type { LocalDate } from '../sun/local-time.ts';
import type { LightingSettings } from './settings.ts';
import { type SlotCost, slotCosts, slotNights } from './slot-costs.ts';

/** Nights are grouped between the days on which a price or a factor changes. */
const SUM = `
  SELECT zone, width_bucket(night, $5::date[]) AS bucket, count(*) AS nights, max(lamps) AS lamps,
    sum(measured_lamps) AS measured_lamps, sum(measured) AS measured, sum(promised) AS promised, sum(full_power) AS full_power,
    sum(full_power_all) AS full_power_all, sum(by_day) AS by_day,
    coalesce(sum(measured) FILTER (WHERE one_price), 0) AS one_price_measured,
    coalesce(sum(full_power) FILTER (WHERE one_price), 0) AS one_price_full
  FROM lighting.zone_night
    CROSS JOIN LATERAL (SELECT measured_half_hours IS NULL OR NOT night = ANY ($6::date[]) AS one_price) p
  WHERE tenant = $1 AND kind = $2 AND night BETWEEN $3::date AND $4::date
  GROUP BY zone, bucket ORDER BY zone, bucket`;

interface Sum {
  readonly zone: string;
  readonly bucket: number;
  readonly nights: number;
  readonly lamps: number;
  /** Summed over the nights. */
  readonly measured_lamps: number;
  readonly measured: number;
  readonly promised: number;
  readonly full_power: number;
  readonly full_power_all: number;
  readonly by_day: number;
  /** Only nights with a single price; the others are counted by the hour. */
  readonly one_price_measured: number;
  readonly one_price_full: number;
}

export const FORMULA =
  'saving = 1 − measured kWh / kWh at full power from on to off in the same nights, of lamps whose plausible ' +
  'readings cover 90 % of the night; € = saved kWh × price of the night or of its half-hours; CO₂ = saved kWh × factor of the night';
export const REFERENCE = 'full power all night';

/** The savings of a period by zone, from the nightly sums. */
export async function savingsOf(
  db: Queryable,
  tenant: string,
  { by, from, to }: { readonly by: SavingsBy; readonly from: LocalDate; readonly to: LocalDate },
  settings: LightingSettings,
): Promise<Savings> {
  const days = [...new Set([...settings.prices, ...settings.co2Factors].map((row) => row.from))].sort();
  const hourly = slotNights(settings, from, to);
  const { rows } = await db.query<Sum>({
    text: SUM,
    values: [tenant, by, from, to, days, hourly.map(({ night }) => night)],
  });
  const costs = await slotCosts(db, tenant, { by, from, to }, hourly);
  const zones = Map.groupBy(rows, ({ zone }) => zone);
  const used = new Set(rows.map(({ bucket }) => days[Math.max(0, bucket - 1)] as string));
  return {
    from,
    to,
    by,
    rows: [...zones].map(([zone, sums]) => savingOf(zone, sums, costs.get(zone), { days, by, settings })),
    formula: FORMULA,
    referenceName: REFERENCE,
    sources: [
      ...new Set(
        [...used].flatMap((day) => [
          priceText(latest(settings.prices, day)),
          `${latest(settings.co2Factors, day).factor} kg CO₂/kWh: ${latest(settings.co2Factors, day).source}`,
        ]),
      ),
    ],
  };
}

function savingOf(
  zone: string,
  sums: readonly Sum[],
  { cost = 0, reference: referenceCost = 0 }: Partial<SlotCost> = {},
  how: { readonly days: readonly string[]; readonly by: SavingsBy; readonly settings: LightingSettings },
): Saving {
  const { days, by } = how;
  const { prices, co2Factors, inhabitants } = how.settings;
  const total = (value: (sum: Sum) => number) => sums.reduce((n, sum) => n + value(sum), 0);
  const dayOf = ({ bucket }: Sum) => days[Math.max(0, bucket - 1)] as string;
  const price = (sum: Sum) => latest(prices, dayOf(sum)).price;
  const saved = (sum: Sum) => sum.full_power - sum.measured;
  const [energy, reference] = [total((s) => s.measured), total((s) => s.full_power)];
  const all = total((s) => s.full_power_all);
  const lamps = Math.max(...sums.map((s) => s.lamps));
  const nights = total((s) => s.nights);
  const measuredLamps = total((s) => s.measured_lamps) / nights;
  const people = by === 'commune' ? inhabitants[zone] : by === 'all' ? sumOf(inhabitants) : undefined;
  return {
    zone,
    nights,
    lamps,
    measuredLamps,
    energy,
    promised: total((s) => s.promised),
    reference,
    referenceOfAll: all,
    savedEnergy: reference - energy,
    ...(reference > 0 && { saving: 1 - energy / reference, promisedSaving: 1 - total((s) => s.promised) / reference }),
    ...(all > 0 && { measuredShare: reference / all }),
    cost: cost + total((s) => s.one_price_measured * price(s)),
    savedCost: referenceCost - cost + total((s) => (s.one_price_full - s.one_price_measured) * price(s)),
    savedCo2: total((s) => saved(s) * latest(co2Factors, dayOf(s)).factor),
    energyByDay: total((s) => s.by_day),
    ...(measuredLamps > 0 && { energyPerLamp: energy / measuredLamps }),
    // The measured lamps stand for the others.
    ...(people !== undefined &&
      people > 0 &&
      reference > 0 && { energyPerInhabitant: (energy * all) / reference / people }),
  };
}

/** The saving of several zones together, which have no lamps in common. */
export function sumOfSavings(rows: readonly Saving[]): Saving {
  const total = (value: (row: Saving) => number) => rows.reduce((sum, row) => sum + value(row), 0);
  const [energy, promised, reference] = [total((r) => r.energy), total((r) => r.promised), total((r) => r.reference)];
  const all = total((r) => r.referenceOfAll);
  const measuredLamps = total((r) => r.measuredLamps);
  return {
    zone: '',
    nights: Math.max(...rows.map(({ nights }) => nights)),
    lamps: total((r) => r.lamps),
    measuredLamps,
    energy,
    promised,
    reference,
    referenceOfAll: all,
    savedEnergy: reference - energy,
    ...(reference > 0 && { saving: 1 - energy / reference, promisedSaving: 1 - promised / reference }),
    ...(all > 0 && { measuredShare: reference / all }),
    cost: total((r) => r.cost),
    savedCost: total((r) => r.savedCost),
    savedCo2: total((r) => r.savedCo2),
    energyByDay: total((r) => r.energyByDay),
    ...(measuredLamps > 0 && { energyPerLamp: energy / measuredLamps }),
  };
}

function priceText({ price, slots = [], source }: LightingSettings['prices'][number]): string {
  const others = slots.map(({ name, energy }) => `, ${name} ${energy} €/kWh`).join('');
  return `${price} €/kWh${others}: ${source}`;
}

/** The row that applies on a day; the first also applies to earlier days. */
function latest<T extends { readonly from: string }>(table: readonly T[], day: string): T {
  return table.findLast(({ from }) => from <= day) ?? (table[0] as T); // a table is never empty
}

function sumOf(numbers: Readonly<Record<string, number>>): number {
  return Object.values(numbers).reduce((total, n) => total + n, 0);
}
