import type { FigureReading, FigureSource } from '@alzette/kit/figures';
import { readDefinitions } from '@alzette/kit/figures/documents';
import type { LightingParts } from '../parts.ts';
import { ALL_ZONES, type ReadableZones, readableZones } from '../rights/lamp-zones.ts';
import { daysAfter, type LocalDate } from '../sun/local-time.ts';
import { serviceLevel } from './cockpit.ts';
import { lastNight } from './night-rows.ts';
import { FIGURES, readableSavings } from './readable-figures.ts';

const FILE = new URL('../../documents/figures.json', import.meta.url);
const NIGHTS = 30;

/** The nights of the year up to a night: the period of all figures "of the year". */
export function yearTo(night: LocalDate): { readonly from: LocalDate; readonly to: LocalDate } {
  return { from: `${night.slice(0, 4)}-01-01`, to: night };
}

/** The figures of lighting, of the lamps that a reader may read. */
export function lightingFigures(parts: Pick<LightingParts, 'db'>): FigureSource {
  const { db } = parts;
  return {
    definitions: readDefinitions(FILE),
    async read({ tenant, scope, judge }) {
      const night = await lastNight(db, tenant);
      const zones = judge === undefined ? ALL_ZONES : await readableZones(db, judge, FIGURES);
      const commune = scope?.slice(1);
      const communes = communesOf(zones, commune);
      if (night === undefined || communes?.length === 0) return {};
      const savingIn = async (from: LocalDate, to: LocalDate) => {
        const by = commune === undefined ? 'all' : 'commune';
        const { rows } = await readableSavings(db, tenant, { by, from, to }, zones);
        return commune === undefined ? rows[0] : rows.find(({ zone }) => zone === commune);
      };
      const { from } = yearTo(night);
      const [month, monthBefore] = [daysAfter(night, 1 - NIGHTS), daysAfter(night, -NIGHTS)];
      const [year, last, before, service] = await Promise.all([
        savingIn(from, night),
        savingIn(month, night),
        savingIn(daysAfter(monthBefore, 1 - NIGHTS), monthBefore),
        serviceLevel(db, tenant, night, communes),
      ]);
      return known({
        lightingEnergy: { value: year?.energy, coverage: year?.measuredShare, from, to: night },
        lightingSaving: { value: year?.saving, coverage: year?.measuredShare, from, to: night },
        lightingSavedEnergy: { value: year?.savedEnergy, coverage: year?.measuredShare, from, to: night },
        lightingSavedCost: { value: year?.savedCost, coverage: year?.measuredShare, from, to: night },
        lightingSavingMonth: {
          value: last?.saving,
          before: before?.saving,
          coverage: last?.measuredShare,
          from: month,
          to: night,
        },
        lightingAvailability: { value: service.availability ?? undefined, from: month, to: night },
        lampsDark: { value: service.failed, from: night, to: night },
      });
    },
  };
}

/** The communes whose lamps count; null: all lamps. */
function communesOf({ communes }: ReadableZones, commune: string | undefined): readonly string[] | null {
  if (commune === undefined) return communes;
  return communes === null || communes.includes(commune) ? [commune] : [];
}

type Unsure = { readonly [M in keyof FigureReading]: FigureReading[M] | undefined };

/** Those with a value. */
function known(readings: Readonly<Record<string, Unsure>>): Record<string, FigureReading> {
  const found: Record<string, FigureReading> = {};
  for (const [name, { value, before, coverage, from, to }] of Object.entries(readings)) {
    if (value === undefined) continue;
    found[name] = {
      value,
      ...(before !== undefined && { before }),
      ...(coverage !== undefined && { coverage }),
      ...(from && { from }),
      ...(to && { to }),
    };
  }
  return found;
}
