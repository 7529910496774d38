import { bodyReader, object } from '@alzette/kit/bodies';
import type { Queryable } from '@alzette/kit/database';
import { SHIFTS, type Shift } from './collections/collection-days.ts';

/** The settings of a tenant for waste collection. */
export interface WasteSettings {
  /** The effect of public holidays, by the commune's slug; `shift` for the others. */
  readonly shift: Shift;
  readonly shiftOf: { readonly [commune: string]: Shift };
  /** The time on the evening before at which bins are put out, and the time of reminders; local times. */
  readonly putOut: string;
  readonly remindAt: string;
  /** The depot of lorries: [longitude, latitude]; absent: the centre of the territory. */
  readonly depot?: readonly [number, number];
  /** The factor for straight-line distances. */
  readonly detour: number;
  /** Driving speed in km/h, and minutes at each stop. */
  readonly speed: number;
  readonly minutesPerStop: number;
  /** The number of full containers that fit into a lorry. */
  readonly capacity: number;
  /** The start of a round, and its maximum duration; local time and hours. */
  readonly start: string;
  readonly longest: number;
  /** kg of CO₂ per km. */
  readonly co2PerKm: number;
  /** Days between two rounds of the fixed plan, the reference for comparisons. */
  readonly fixedDays: number;
  /** The level from which a container is collected. */
  readonly threshold: number;
  /** Minutes per waiting vehicle at a recycling centre. */
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
const TENANTS = 'SELECT tenant FROM waste.settings /* all tenants: jobs for those that use the service */';

export async function readSettings(db: Queryable, tenant: string): Promise<WasteSettings> {
  const { rows } = await db.query<{ document: string }>({ text: READ, values: [tenant] });
  const kept = rows[0] === undefined ? {} : (JSON.parse(rows[0].document) as Partial<WasteSettings>);
  return { ...DEFAULTS, ...kept };
}

/** Saves the given settings and keeps the others. */
export async function keepSettings(db: Queryable, tenant: string, given: Partial<WasteSettings>) {
  const settings = { ...(await readSettings(db, tenant)), ...given };
  await db.query({ text: KEEP, values: [tenant, JSON.stringify(settings)] });
  return settings;
}

/** The tenants for the jobs: the default one, and those with settings. */
export async function tenantsOf(db: Queryable): Promise<readonly string[]> {
  const { rows } = await db.query<{ tenant: string }>({ text: TENANTS });
  return [...new Set(['', ...rows.map(({ tenant }) => tenant)])];
}
