import type { LocalDate } from '../sun/local-time.ts';

/** Kilograms of CO₂ equivalent per kWh from a day on, and who says so. */
export interface Co2Factor {
  readonly from: LocalDate;
  readonly factor: number;
  readonly source: string;
}

/**
 * The French average consumption mix as far as public pages tell it. The official values are those of ADEME's Base
 * Empreinte ("mix de consommation moyen"); an operator enters them here by setting, and results name what was used.
 */
export const FRENCH_MIX: readonly Co2Factor[] = [
  { from: '1970-01-01', factor: 0.055, source: 'secondary source (adimas.paris, value of 2021), to be confirmed' },
  { from: '2022-01-01', factor: 0.073, source: 'secondary source (adimas.paris, value of 2022), to be confirmed' },
  { from: '2023-01-01', factor: 0.052, source: 'order of magnitude of recent years, to be confirmed' },
];

/** The factor of a day: that with the latest beginning before it. The first also counts for what was before. */
export function co2FactorOn(table: readonly Co2Factor[], date: LocalDate): Co2Factor {
  return table.findLast(({ from }) => from <= date) ?? (table[0] as Co2Factor); // no table is empty
}
