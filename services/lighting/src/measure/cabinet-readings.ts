import type { Database } from '@alzette/kit/database';

/** The measurement of a cabinet at an instant. */
export interface CabinetReading {
  readonly cabinet: string;
  /** ISO 8601. */
  readonly at: string;
  /** kW. */
  readonly power?: number;
  /** Meter reading, kWh. */
  readonly meter?: number;
  /** The load of each phase, in the same unit. */
  readonly phaseR?: number;
  readonly phaseS?: number;
  readonly phaseT?: number;
}

/** The attributes of cabinets that are stored as readings; phases by their power or, without it, their current. */
export const CABINET_MEASURED = {
  totalActivePower: 'power',
  energyConsumed: 'meter',
  intensityR: 'phaseR',
  intensityS: 'phaseS',
  intensityT: 'phaseT',
  activePowerR: 'phaseR',
  activePowerS: 'phaseS',
  activePowerT: 'phaseT',
} as const;

/**
 * Readings of cabinets do not make a night due. Lamps' nights do, and each night is summed again in the hour after
 * noon.
 */
const KEEP = `
  INSERT INTO lighting.cabinet_reading AS r (tenant, cabinet, at, power, meter, phase_r, phase_s, phase_t)
  SELECT DISTINCT ON (cabinet, at) $1, *
  FROM unnest($2::text[], $3::timestamptz[], $4::real[], $5::float8[], $6::real[], $7::real[], $8::real[])
    AS g (cabinet, at, power, meter, phase_r, phase_s, phase_t)
  ORDER BY cabinet, at
  ON CONFLICT (tenant, cabinet, at) DO UPDATE SET
    power = COALESCE(EXCLUDED.power, r.power), meter = COALESCE(EXCLUDED.meter, r.meter),
    phase_r = COALESCE(EXCLUDED.phase_r, r.phase_r), phase_s = COALESCE(EXCLUDED.phase_s, r.phase_s),
    phase_t = COALESCE(EXCLUDED.phase_t, r.phase_t)`;

/** Stores readings of cabinets, each once. */
export async function keepCabinetReadings(
  db: Database,
  tenant: string,
  readings: readonly CabinetReading[],
): Promise<void> {
  if (readings.length === 0) return;
  const column = <T>(value: (reading: CabinetReading) => T | undefined) => readings.map((r) => value(r) ?? null);
  const values = [
    tenant,
    column((r) => r.cabinet),
    column((r) => r.at),
    column((r) => r.power),
    column((r) => r.meter),
    column((r) => r.phaseR),
    column((r) => r.phaseS),
    column((r) => r.phaseT),
  ];
  await db.query({ text: KEEP, values });
}
