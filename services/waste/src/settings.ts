import { bodyReader, object } from '@alzette/kit/bodies';
import type { Queryable } from '@alzette/kit/database';
import { SHIFTS, type Shift } from './collections/collection-days.ts';

/** What a tenant has set of its waste collection. */
export interface WasteSettings {
  /** What a public holiday does, by the commune's slug; elsewhere `shift`. */
  readonly shift: Shift;
  readonly shiftOf: { readonly [commune: string]: Shift };
  /** When bins are put out on the evening before, and when followers are reminded; local times. */
  readonly putOut: string;
  readonly remindAt: string;
  /** Where lorries start and end: [longitude, latitude]; absent: the middle of the territory. */
  readonly depot?: readonly [number, number];
  /** Crow-fly distances are stretched by this. */
  readonly detour: number;
  /** km/h on the road, minutes at each stop. */
  readonly speed: number;
  readonly minutesPerStop: number;
  /** Containers that a lorry takes when they are full. */
  readonly capacity: number;
  /** When a round starts, and how long it lasts at most; local time and hours. */
  readonly start: string;
  readonly longest: number;
  /** kg of CO₂ for each km driven. */
  readonly co2PerKm: number;
  /** Days between two rounds of the fixed plan that others are compared with. */
  readonly fixedDays: number;
  /** Level from which a container is collected. */
  readonly threshold: number;
  /** Minutes that each waiting vehicle takes at a recycling centre. */
  readonly minutesPerVehicle: number;
}

export const DEFAULTS: WasteSettings = {
  shift: 'restOfWeek',
  shiftOf: {},
  putOut: '19:00',
  remindAt: '18:00',
  detour: 1.3,
  speed: 32,
  minutesPerStop: 6,
  capacity: 26,
  start: '06:00',
  longest: 7,
  co2PerKm: 1.2,
  fixedDays: 7,
  threshold: 0.7,
  minutesPerVehicle: 4,
};

const TIME = { type: 'string', pattern: '^([01]\\d|2[0-3]):[0-5]\\d$' };
const SHIFT = { enum: SHIFTS };
const from = (minimum: number, maximum: number) => ({ type: 'number', minimum, maximum });

/** @throws Problem 400 */
export const readGivenSettings = bodyReader<Partial<WasteSettings>>(
  object({
    shift: SHIFT,
    shiftOf: { type: 'object', additionalProperties: SHIFT, maxProperties: 500 },
    putOut: TIME,
    remindAt: TIME,
    depot: { type: 'array', items: [from(-180, 180), from(-90, 90)], minItems: 2, maxItems: 2 },
    detour: from(1, 3),
    speed: from(5, 120),
    minutesPerStop: from(0, 120),
    capacity: from(1, 1000),
    start: TIME,
    longest: from(1, 24),
    co2PerKm: from(0, 10),
    fixedDays: { type: 'integer', minimum: 1, maximum: 60 },
    threshold: from(0.1, 1),
    minutesPerVehicle: from(0.5, 60),
  }),
);

const READ = 'SELECT document::text AS document FROM waste.settings WHERE tenant = $1';
const KEEP = `
  INSERT INTO waste.settings (tenant, document) VALUES ($1, $2)
  ON CONFLICT (tenant) DO UPDATE SET document = excluded.document`;
const TENANTS = 'SELECT tenant FROM waste.settings';

export async function readSettings(db: Queryable, tenant: string): Promise<WasteSettings> {
  const { rows } = await db.query<{ document: string }>({ text: READ, values: [tenant] });
  const kept = rows[0] === undefined ? {} : (JSON.parse(rows[0].document) as Partial<WasteSettings>);
  return { ...DEFAULTS, ...kept };
}

/** What is not given stays. */
export async function keepSettings(db: Queryable, tenant: string, given: Partial<WasteSettings>) {
  const settings = { ...(await readSettings(db, tenant)), ...given };
  await db.query({ text: KEEP, values: [tenant, JSON.stringify(settings)] });
  return settings;
}

/** The tenants that jobs look after: the default one, and those that have set something. */
export async function tenantsOf(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ tenant: string }>({ text: TENANTS });
  return [...new Set(['', ...rows.map(({ tenant }) => tenant)])];
}
