/** Conversions, which every model may use: they are exact, or agreed. */
export const CONSTANTS: { readonly [name: string]: { readonly value: number; readonly unit: string } } = {
  hoursPerDay: { value: 24, unit: 'h/day' },
  hoursPerYear: { value: 8760, unit: 'h/yr' },
  daysPerYear: { value: 365, unit: 'day/yr' },
  weeksPerYear: { value: 52, unit: 'week/yr' },
  minutesPerHour: { value: 60, unit: 'min/h' },
  wattHoursPerKWh: { value: 1000, unit: 'W*h/kWh' },
  kilosPerTonne: { value: 1000, unit: 'kg/t' },
  kgCO2ePerTonne: { value: 1000, unit: 'kgCO2e/tCO2e' },
  litresPerCubicMetre: { value: 1000, unit: 'l/m^3' },
  squareMetresPerHectare: { value: 10_000, unit: 'm^2/ha' },
  kWhPerMWh: { value: 1000, unit: 'kWh/MWh' },
};
