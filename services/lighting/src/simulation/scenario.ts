import type { Co2Factor, LampCategory } from '../contract/contract.ts';
import type { Driver } from '../energy/driver.ts';
import type { Tariff } from '../energy/tariff.ts';
import type { Calendar } from '../programmes/calendar.ts';
import type { BurningWindow, Programme } from '../programmes/programme.ts';
import type { LocalDate } from '../sun/local-time.ts';
import type { Site } from '../sun/sun-night.ts';

/** Lamps that are simulated together. */
export interface LampGroup {
  readonly zone?: string;
  readonly count: number;
  /** Total watts at full level. */
  readonly totalPower: number;
}

/** The reference of a saving; it is named wherever a saving is shown. */
export type Reference =
  | { readonly kind: 'allNight'; readonly name: string }
  /** Another programme in the same nights, lamps and burning hours. */
  | { readonly kind: 'programme'; readonly name: string; readonly programme: Programme }
  /** A measured year, corrected for its burning hours. */
  | { readonly kind: 'measured'; readonly name: string; readonly energy: number; readonly burningHours: number };

/** The uncertainty of the figures. */
interface Uncertainty {
  /** Added to and subtracted from the driver's losses. */
  readonly driverLosses: number;
  /** Share of the price, above and below. */
  readonly price: number;
}

export interface Scenario {
  readonly name: string;
  readonly site: Site;
  /** The first and the last night, by the day of their evening. */
  readonly from: LocalDate;
  readonly to: LocalDate;
  readonly lamps: readonly LampGroup[];
  readonly window: BurningWindow;
  readonly programmes: Readonly<Record<string, Programme>>;
  readonly calendar: Calendar;
  readonly driver: Driver;
  readonly tariff: Tariff;
  readonly co2Factors: readonly Co2Factor[];
  readonly reference: Reference;
  readonly uncertainty: Uncertainty;
  /** The category by the order of 27 December 2018. */
  readonly category: LampCategory;
  readonly colourTemperatures: readonly { readonly kelvin: number; readonly count: number }[];
  /** When the lit place closes or its activity ends; minutes since midnight. */
  readonly closing?: number;
}
