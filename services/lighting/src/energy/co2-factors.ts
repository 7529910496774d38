import type { Co2Factor } from '../contract/contract.ts';
import type { LocalDate } from '../sun/local-time.ts';

/**
 * kg CO2e for a kWh that is consumed in mainland France. ADEME publishes a new mean of the consumption mix each year; an
 * operator enters it in the settings, and results name the value used.
 */
export const FRENCH_MIX: readonly Co2Factor[] = [
  { from: '1970-01-01', factor: 0.053, source: 'order of 10 April 2012 (TRAT1209296A), annex I' },
  {
    from: '2022-01-01',
    factor: 0.052,
    source: 'ADEME, Base Empreinte, mean consumption mix of 2022, as others quote it',
  },
];

/** The factor of a day: the one with the latest start. The first also applies to earlier days. */
export function co2FactorOn(table: readonly Co2Factor[], date: LocalDate): Co2Factor {
  return table.findLast(({ from }) => from <= date) ?? (table[0] as Co2Factor); // a table is never empty
}
