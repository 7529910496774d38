import type { Database, Queryable } from '@alzette/kit/database';
import { type Co2Factor, FRENCH_MIX } from '../energy/co2-factors.ts';
import { readCo2Factors, readPrice, readTariffSlots } from '../energy/read-energy.ts';
import type { TariffSlot } from '../energy/tariff.ts';
import { optional, readDate, readList, readNumber, readObject, readText, within } from '../input/read.ts';

/** Euros per kWh from a day on, with the source. */
interface DatedPrice {
  readonly from: string;
  readonly price: number;
  /** Hours with a different price; the first matching slot counts. */
  readonly slots?: readonly TariffSlot[];
  readonly source: string;
}

/** The settings for savings. */
export interface LightingSettings {
  readonly prices: readonly DatedPrice[];
  readonly co2Factors: readonly Co2Factor[];
  /** Inhabitants by commune (its scope without the slash), for kWh per inhabitant. */
  readonly inhabitants: Readonly<Record<string, number>>;
}

const SELECT = `SELECT document FROM lighting.setting WHERE tenant = $1`;
const KEEP = `
  INSERT INTO lighting.setting (tenant, document) VALUES ($1, $2)
  ON CONFLICT (tenant) DO UPDATE SET document = EXCLUDED.document`;

const DEFAULTS: LightingSettings = {
  prices: [{ from: '1970-01-01', price: 0.25, source: 'example price, to be replaced by that of the contract' }],
  co2Factors: FRENCH_MIX,
  inhabitants: {},
};

export async function readSettings(db: Queryable, tenant: string): Promise<LightingSettings> {
  return settingsOf(await settingsDocument(db, tenant));
}

/** The settings as they were entered, with defaults for the others. */
export async function settingsDocument(db: Queryable, tenant: string): Promise<object> {
  const { rows } = await db.query<{ document: string }>({ text: SELECT, values: [tenant] });
  return rows[0] === undefined ? DEFAULTS : { ...DEFAULTS, ...(JSON.parse(rows[0].document) as object) };
}

/** @throws InvalidInput */
export async function keepSettings(db: Database, tenant: string, body: unknown): Promise<object> {
  settingsOf(body);
  await db.query({ text: KEEP, values: [tenant, JSON.stringify(body)] });
  return settingsDocument(db, tenant);
}

function settingsOf(body: unknown): LightingSettings {
  const given = readObject(body, 'body', ['prices', 'co2Factors', 'inhabitants']);
  return {
    prices: optional(given.prices, DEFAULTS.prices, readPrices),
    co2Factors: optional(given.co2Factors, DEFAULTS.co2Factors, (table) => readCo2Factors(table, 'co2Factors')),
    inhabitants: optional(given.inhabitants, {}, readInhabitants),
  };
}

function readPrices(value: unknown): DatedPrice[] {
  const prices = readList(value, 'prices', { min: 1, max: 100 }, (row, at) => {
    const { from, price, slots, source } = readObject(row, at, ['from', 'price', 'slots', 'source']);
    return {
      from: readDate(from, within(at, 'from')),
      price: readPrice(price, within(at, 'price')),
      ...(slots !== undefined && { slots: readTariffSlots(slots, within(at, 'slots')) }),
      source: readText(source, within(at, 'source'), 500),
    };
  });
  return prices.sort((a, b) => a.from.localeCompare(b.from));
}

function readInhabitants(value: unknown): Record<string, number> {
  const known = typeof value === 'object' && value !== null ? Object.keys(value) : [];
  const given = readObject(value, 'inhabitants', known);
  return Object.fromEntries(
    Object.entries(given).map(([commune, n]) => [commune, readNumber(n, `inhabitants.${commune}`, { min: 0 })]),
  );
}
