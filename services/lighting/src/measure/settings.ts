import type { Database, Queryable } from '@alzette/kit/database';
import type { Co2Factor, LightingSettingsDocument } from '../contract/contract.ts';
import { FRENCH_MIX } from '../energy/co2-factors.ts';
import { byDay, readTariffSlots } from '../energy/read-energy.ts';
import type { TariffSlot } from '../energy/tariff.ts';

/** The settings for savings; prices and factors are ordered by day. */
export interface LightingSettings {
  readonly prices: readonly {
    readonly from: string;
    readonly price: number;
    readonly slots?: readonly TariffSlot[];
    readonly source: string;
  }[];
  readonly co2Factors: readonly Co2Factor[];
  readonly inhabitants: Readonly<Record<string, number>>;
  /** Public figures need measurements of this share of the park, from 0 to 1. */
  readonly leastMeasured: number;
}

const SELECT = `SELECT document FROM lighting.setting WHERE tenant = $1`;
const KEEP = `
  INSERT INTO lighting.setting (tenant, document) VALUES ($1, $2)
  ON CONFLICT (tenant) DO UPDATE SET document = EXCLUDED.document`;

const DEFAULTS: LightingSettingsDocument = {
  prices: [{ from: '1970-01-01', price: 0.25, source: 'example price, to be replaced by that of the contract' }],
  co2Factors: FRENCH_MIX,
  inhabitants: {},
  leastMeasured: 0.5,
};

export async function readSettings(db: Queryable, tenant: string): Promise<LightingSettings> {
  const { prices, co2Factors, ...others } = await settingsDocument(db, tenant);
  return {
    prices: byDay(prices).map(({ slots, ...price }) => ({ ...price, slots: readTariffSlots(slots) })),
    co2Factors: byDay(co2Factors),
    ...others,
  };
}

/** The settings as they were entered, with defaults for the others. */
export async function settingsDocument(db: Queryable, tenant: string): Promise<LightingSettingsDocument> {
  const { rows } = await db.query<{ document: string }>({ text: SELECT, values: [tenant] });
  return rows[0] === undefined
    ? DEFAULTS
    : { ...DEFAULTS, ...(JSON.parse(rows[0].document) as Partial<LightingSettingsDocument>) };
}

export async function keepSettings(
  db: Database,
  tenant: string,
  settings: Partial<LightingSettingsDocument>,
): Promise<LightingSettingsDocument> {
  await db.query({ text: KEEP, values: [tenant, JSON.stringify(settings)] });
  return settingsDocument(db, tenant);
}
