import type { Co2Factor } from '../contract/contract.ts';
import type { LocalDate } from '../sun/local-time.ts';

/**
 * The average French consumption mix from public pages. The official values are those of ADEME's Base Empreinte ("mix
 * de consommation moyen"); an operator enters them in the settings, and results name the value used.
 */
export const FRENCH_MIX: readonly Co2Factor[] = [
  { from: '1970-01-01', factor: 0.055, source: 'secondary source (adimas.paris, value of 2021), to be confirmed' },
  { from: '2022-01-01', factor: 0.073, source: 'secondary source (adimas.paris, value of 2022), to be confirmed' },
  { from: '2023-01-01', factor: 0.052, source: 'order of magnitude of recent years, to be confirmed' },
];

/** The factor of a day: the one with the latest start. The first also applies to earlier days. */
export function co2FactorOn(table: readonly Co2Factor[], date: LocalDate): Co2Factor {
  return table.findLast(({ from }) => from <= date) ?? (table[0] as Co2Factor); // a table is never empty
}
