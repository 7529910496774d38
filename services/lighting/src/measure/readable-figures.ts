import type { Queryable } from '@alzette/kit/database';
import type { Judge } from '@alzette/kit/objects';
import type { Savings } from '../contract/contract.ts';
import { type ReadableZones, readableZones } from '../rights/lamp-zones.ts';
import type { LocalDate } from '../sun/local-time.ts';
import { cabinetFindings } from './cabinet-findings.ts';
import { CABINET_MEASURED } from './cabinet-readings.ts';
import { DAY_BURNER_SHARE } from './close-night.ts';
import { anomalies } from './night-rows.ts';
import { MEASURED } from './read-notification.ts';
import { savingsOf, sumOfSavings } from './savings.ts';
import { readSettings } from './settings.ts';

/** The attributes of lamps that nights, savings and anomalies are computed from. Whoever sees these may read them. */
export const FIGURES: readonly string[] = Object.keys(MEASURED);

/** The savings of the zones that a sender may read. Of all lamps they see the sum over their communes. */
export async function readableSavings(
  db: Queryable,
  tenant: string,
  asked: Parameters<typeof savingsOf>[2],
  zones: ReadableZones,
): Promise<Savings> {
  const settings = await readSettings(db, tenant);
  const isSum = asked.by === 'all' && zones.communes !== null;
  const savings = await savingsOf(db, tenant, isSum ? { ...asked, by: 'commune' } : asked, settings);
  const rows = await zones.filter(savings.rows.map((row) => ({ ...row, kind: savings.by })));
  const shown = rows.map(({ kind: _, ...row }) => row);
  return { ...savings, by: asked.by, rows: isSum && shown.length > 0 ? [sumOfSavings(shown)] : shown };
}

/** The anomalies of the last nights of lamps and cabinets whose measurements a sender may read. */
export async function readableFindings(db: Queryable, tenant: string, night: LocalDate, judge: Judge) {
  const { communes } = await readableZones(db, judge, FIGURES);
  const [lamps, cabinets] = await Promise.all([
    anomalies(db, tenant, night, DAY_BURNER_SHARE, communes),
    cabinetFindings(db, tenant, night),
  ]);
  if (communes === null) {
    // Cabinets have another type than lamps, which rights may leave out.
    return { lamps, cabinets: await readableCabinets(cabinets, judge) };
  }
  const hidden = await judge.refused(
    'read',
    lamps.map(({ lamp }) => lamp),
    FIGURES,
  );
  return { lamps: lamps.filter(({ lamp }) => !hidden.has(lamp)), cabinets: await readableCabinets(cabinets, judge) };
}

async function readableCabinets<C extends { readonly cabinet: string }>(
  cabinets: readonly C[],
  judge: Judge,
): Promise<C[]> {
  if (cabinets.length === 0) return [];
  const ids = [...new Set(cabinets.map(({ cabinet }) => cabinet))];
  const hidden = await judge.refused('read', ids, Object.keys(CABINET_MEASURED));
  return cabinets.filter(({ cabinet }) => !hidden.has(cabinet));
}
