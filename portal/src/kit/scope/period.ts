/** The lengths that the period menu offers. */
export const PERIODS = ['24h', '7d', '30d', '1y'] as const;
type NamedPeriod = (typeof PERIODS)[number];

/** A time range in milliseconds since the epoch; it has a `name` if it ends now. */
export interface Period {
  readonly name?: NamedPeriod;
  readonly from: number;
  readonly to: number;
}

const DAY_MS = 86_400_000;
const LENGTHS_MS: Record<NamedPeriod, number> = {
  '24h': DAY_MS,
  '7d': 7 * DAY_MS,
  '30d': 30 * DAY_MS,
  '1y': 365 * DAY_MS,
};
const DATE = /^\d{4}-\d{2}-\d{2}$/;

/**
 * Parses a period from the address: `7d`, or two local days `2026-01-01_2026-01-31`, both included. Anything else means
 * the last 24 hours.
 */
export function parsePeriod(text: string, now: number): Period {
  const [first = '', last = ''] = text.split('_');
  if (DATE.test(first) && DATE.test(last)) {
    const from = Date.parse(`${first}T00:00:00`);
    const to = Date.parse(`${last}T23:59:59.999`);
    if (from < to) return { from, to };
  }
  const name = PERIODS.find((known) => known === text) ?? '24h';
  return { name, from: now - LENGTHS_MS[name], to: now };
}

/** The form in the address. @param first @param last days such as `2026-01-31` */
export function formatDays(first: string, last: string): string {
  return `${first}_${last}`;
}
