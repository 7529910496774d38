import type { Queryable } from '@alzette/kit/database';
import { slotOn } from '../energy/tariff.ts';
import { daysBetween, type LocalDate, nextDay, weekdayOf } from '../sun/local-time.ts';
import type { LightingSettings } from './settings.ts';

const COSTS = `
  WITH price AS (SELECT night, prices::real[] AS prices FROM unnest($5::date[], $6::text[]) AS p (night, prices))
  SELECT zone, sum(cost) AS cost, sum(reference) AS reference
  FROM lighting.zone_night z JOIN price p USING (night)
    CROSS JOIN LATERAL (
      SELECT sum(m * euros)::float8 AS cost, sum(f * euros)::float8 AS reference
      FROM unnest(z.measured_half_hours, z.full_power_half_hours, p.prices) AS u (m, f, euros)) c
  WHERE tenant = $1 AND kind = $2 AND night BETWEEN $3::date AND $4::date AND z.measured_half_hours IS NOT NULL
  GROUP BY zone`;

/** Euros for nights whose price changes with the hour: for the measured energy, and for full power. */
export interface SlotCost {
  readonly cost: number;
  readonly reference: number;
}

const HALF_HOURS = 48;

/** The nights of a period in which the price changes with the hour, with the price of each half-hour of the clock. */
export function slotNights(
  { prices }: LightingSettings,
  from: LocalDate,
  to: LocalDate,
): { readonly night: LocalDate; readonly prices: readonly number[] }[] {
  if (!prices.some(({ slots = [] }) => slots.length > 0)) return [];
  return daysBetween(from, to).flatMap((night) => {
    const row = prices.findLast((price) => price.from <= night) ?? prices[0];
    const { price = 0, slots = [] } = row ?? {};
    if (slots.length === 0) return [];
    const halves = Array.from({ length: HALF_HOURS }, (_, half) => {
      const date = half >= HALF_HOURS / 2 ? night : nextDay(night);
      return slotOn(slots, { date, minutes: half * 30, weekday: weekdayOf(date) })?.energy ?? price;
    });
    return [{ night, prices: halves }];
  });
}

/** The costs of those nights by zone. */
export async function slotCosts(
  db: Queryable,
  tenant: string,
  { by, from, to }: { readonly by: string; readonly from: LocalDate; readonly to: LocalDate },
  nights: ReturnType<typeof slotNights>,
): Promise<ReadonlyMap<string, SlotCost>> {
  if (nights.length === 0) return new Map();
  const days = nights.map(({ night }) => night);
  const values = [tenant, by, from, to, days, nights.map(({ prices }) => `{${prices.join(',')}}`)];
  const { rows } = await db.query<SlotCost & { zone: string }>({ text: COSTS, values });
  return new Map(rows.map(({ zone, ...cost }) => [zone, cost]));
}
