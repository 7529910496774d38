import type { Entity } from '@alzette/ngsi-ld-schemas';
import { seededRandom, type Territory } from '@alzette/territory';
import { instantOn, localDays } from '../local-days.ts';
import { type Instrument, wandering } from './instrument.ts';
import { METER, WATER_METER } from './kinds.ts';
import { instrumentAt, property } from './stations.ts';
import { temperature } from './weather.ts';

type Use = 'office' | 'school' | 'sports';
type MeterKind = 'electricity' | 'gas' | 'water' | 'solar';

interface Building {
  readonly slug: string;
  readonly name: string;
  readonly use: Use;
  /** Square metres. */
  readonly area: number;
  readonly hasSolar: boolean;
}

const DAY = 86_400_000;
/** The day on which meters start at 0. */
const FIRST_DAY = Math.floor(Date.UTC(2025, 0, 1) / DAY);

/** The relative consumption of each hour, on working days and days off. At night it is small, but never 0. */
const HOURS: { readonly [use in Use]: { readonly on: readonly number[]; readonly off: readonly number[] } } = {
  office: { on: hours(0.25, 8, 18, 1), off: hours(0.25, 0, 0, 0) },
  school: { on: hours(0.15, 7, 17, 1), off: hours(0.15, 0, 0, 0) },
  sports: { on: hours(0.2, 9, 22, 1), off: hours(0.2, 10, 19, 1) },
};
/** No water is used at night, except by leaks. */
const WATER_HOURS: typeof HOURS = {
  office: { on: hours(0, 8, 18, 1), off: hours(0, 10, 11, 0.4) },
  school: { on: hours(0, 8, 17, 1), off: hours(0, 10, 11, 0.2) },
  sports: { on: hours(0, 9, 22, 1), off: hours(0, 10, 19, 1) },
};
const SUN_HOURS = hours(0, 9, 17, 1);

function hours(base: number, from: number, to: number, more: number): number[] {
  return Array.from({ length: 24 }, (_, hour) => base + (hour >= from && hour < to ? more : 0));
}

/** Public buildings of the demo territory with their meters. Some have a leak from time to time, at any time at least one. */
export function buildings({ communes }: Territory): { readonly entities: Entity[]; readonly meters: Instrument[] } {
  const entities: Entity[] = [];
  const meters: Instrument[] = [];
  communes.forEach((commune, i) => {
    const random = seededRandom(`buildings of ${commune.slug}`);
    const use = (['school', 'sports'] as const)[i % 2] ?? 'school';
    const own: Building[] = [
      {
        slug: `mairie-${commune.slug}`,
        name: `Mairie ${ofCommune(commune.name)}`,
        use: 'office',
        area: Math.round(400 + random() * 900),
        hasSolar: false,
      },
      {
        slug: `${use === 'school' ? 'ecole' : 'gymnase'}-${commune.slug}`,
        name: `${use === 'school' ? 'École' : 'Gymnase'} ${ofCommune(commune.name)}`,
        use,
        area: Math.round(1100 + random() * 1500),
        hasSolar: i % 3 === 0,
      },
    ];
    own.forEach((building, b) => {
      const place = [-40 + b * 130, 60 + b * 40] as const;
      const id = `urn:ngsi-ld:Building:${building.slug}`;
      const kinds: MeterKind[] = ['electricity', 'gas', 'water', ...(building.hasSolar ? (['solar'] as const) : [])];
      const made = kinds.map((kind) => meterOf(commune, building, id, kind, place, leakPhase(i, b, kind)));
      meters.push(...made);
      const location = made[0]?.entity.location;
      entities.push({
        id,
        type: 'Building',
        scope: commune.scope,
        name: property(building.name),
        category: property([{ office: 'civic', school: 'school', sports: 'stadium' }[building.use]]),
        address: property({ addressLocality: commune.name }),
        floorArea: { ...property(building.area), unitCode: 'MTK' },
        location,
      });
    });
  });
  return { entities, meters };
}

/** With the French preposition: `d’Aumetz`, `de Thil`. */
function ofCommune(name: string): string {
  return /^[AEIOUYÉÈÂÎÔ]/.test(name) ? `d’${name}` : `de ${name}`;
}

/** The offset in days of a leak that recurs every six weeks; undefined: the meter never has a leak. */
function leakPhase(commune: number, building: number, kind: MeterKind): number | undefined {
  if (kind !== 'water' || building !== 1 || commune > 4) return undefined;
  return commune * 9;
}

const UNITS: { readonly [kind in MeterKind]: string } = { electricity: 'KWH', gas: 'KWH', solar: 'KWH', water: 'MTQ' };
const NAMES: { readonly [kind in MeterKind]: string } = {
  electricity: 'Électricité',
  gas: 'Gaz',
  water: 'Eau',
  solar: 'Production solaire',
};

function meterOf(
  commune: Territory['communes'][number],
  building: Building,
  buildingId: string,
  kind: MeterKind,
  place: readonly [number, number],
  phase: number | undefined,
): Instrument {
  const counter = counterOf(building, kind, phase);
  return instrumentAt(kind === 'water' ? WATER_METER : METER, commune, place, {
    slug: `${building.slug}-${kind}`,
    name: `${NAMES[kind]}, ${building.name}`,
    more: {
      meterType: property(kind),
      refBuilding: { type: 'Relationship', object: buildingId },
    },
    read: (at) => ({ totalConsumption: counter(at) }),
  });
}

const LEAK_DAYS = 12;
const LEAK_RHYTHM = 42;
/** m³ per hour. */
const LEAK_FLOW = 0.09;

/** The total of a meter at a time: kWh or m³ since the first day of 2025. It never decreases. */
function counterOf(building: Building, kind: MeterKind, phase: number | undefined): (at: number) => number {
  const sums: number[] = [0];
  const leaks = (day: number) => phase !== undefined && (day + phase) % LEAK_RHYTHM < LEAK_DAYS;
  const leakOn = (day: number) => (leaks(day) ? LEAK_FLOW * 24 : 0);
  return (at) => {
    const days = localDays(at);
    const day = Math.floor(days);
    for (let next = FIRST_DAY + sums.length - 1; next < day; next += 1) {
      sums.push((sums.at(-1) ?? 0) + useOfDay(building, kind, next) + leakOn(next));
    }
    const share = days - day;
    const used = useOfDay(building, kind, day) * shareBy(hoursOf(building, kind, day), share * 24);
    return (sums[day - FIRST_DAY] ?? 0) + used + leakOn(day) * share;
  };
}

/** The consumption of a whole day, kWh or m³. */
function useOfDay({ slug, use, area, hasSolar }: Building, kind: MeterKind, day: number): number {
  const noon = instantOn(day, 12 * 60);
  const chance = 1 + 0.08 * wandering(`${slug} ${kind}`, noon, DAY);
  const isOn = isWorkingDay(use, day);
  switch (kind) {
    case 'electricity':
      return area * (isOn ? 0.11 : 0.045) * chance;
    case 'gas':
      return area * (0.02 + Math.max(0, 17 - temperature(noon)) * 0.028) * (isOn ? 1 : 0.8) * chance;
    case 'water':
      return (area / 1000) * (isOn ? (use === 'sports' ? 3.2 : 2.1) : use === 'sports' ? 2 : 0.15) * chance;
    case 'solar':
      return hasSolar
        ? Math.max(0.5, 62 - 48 * Math.cos((2 * Math.PI * (day + 10)) / 365.25)) * (0.7 + 0.3 * chance)
        : 0;
  }
}

function hoursOf({ use }: Building, kind: MeterKind, day: number): readonly number[] {
  if (kind === 'solar') return SUN_HOURS;
  const { on, off } = (kind === 'water' ? WATER_HOURS : HOURS)[use];
  return isWorkingDay(use, day) ? on : off;
}

/** Sports halls are open every day. */
function isWorkingDay(use: Use, day: number): boolean {
  return use === 'sports' || (day + 3) % 7 < 5;
}

function shareBy(byHour: readonly number[], hour: number): number {
  const all = byHour.reduce((sum, each) => sum + each, 0);
  if (all === 0) return 0;
  let used = 0;
  for (let h = 0; h < Math.floor(hour); h += 1) used += byHour[h] ?? 0;
  return (used + (byHour[Math.floor(hour)] ?? 0) * (hour % 1)) / all;
}

const PRICES: { readonly [kind in MeterKind]?: number } = { electricity: 0.24, gas: 0.11, water: 4.1 };
const BILLED_MONTHS = 14;

/** Bills of past months. They differ a little from the meters, as real bills do. */
export function bills(meters: readonly Instrument[], now: number): Entity[] {
  const today = new Date(now);
  return meters.flatMap((meter) => {
    const kind = (meter.entity.meterType as { value: MeterKind }).value;
    const price = PRICES[kind];
    if (price === undefined) return [];
    return Array.from({ length: BILLED_MONTHS }, (_, back) => {
      const start = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back - 1, 1);
      const end = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() - back, 1);
      const used = counterAt(meter, end) - counterAt(meter, start);
      const month = new Date(start).toISOString().slice(0, 7);
      return {
        id: `urn:ngsi-ld:EnergyBill:${meter.entity.id.replace(/.*:/, '')}-${month}`,
        type: 'EnergyBill',
        ...(meter.entity.scope !== undefined && { scope: meter.entity.scope }),
        refBuilding: meter.entity.refBuilding,
        energyKind: property(kind),
        periodStart: property(`${month}-01`),
        periodEnd: property(new Date(end - DAY).toISOString().slice(0, 10)),
        energyUsed: { ...property(Math.round(used * 1.01 * 10) / 10), unitCode: UNITS[kind] },
        price: property(Math.round(used * price * 100) / 100),
        priceCurrency: property('EUR'),
      };
    });
  });
}

function counterAt(meter: Instrument, at: number): number {
  return meter.read(at).totalConsumption ?? 0;
}
