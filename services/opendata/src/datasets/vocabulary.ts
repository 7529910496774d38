import type { Frequency, HvdCategory, LicenceId } from '../contract/definition.ts';

/** Licences, with their URLs at data.gouv.fr. */
export const LICENCES = {
  lov2: {
    title: 'Licence Ouverte / Open Licence version 2.0',
    url: 'https://www.etalab.gouv.fr/wp-content/uploads/2017/04/ETALAB-Licence-Ouverte-v2.0.pdf',
  },
  'odc-odbl': {
    title: 'Open Data Commons Open Database License (ODbL)',
    url: 'http://opendatacommons.org/licenses/odbl/summary/',
  },
} as const satisfies { readonly [licence in LicenceId]: object };

const EU_FREQUENCY = 'http://publications.europa.eu/resource/authority/frequency/';
const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** The frequency of refreshes: the authority table of the EU, and milliseconds. */
export const FREQUENCIES = {
  quarterHourly: { iri: `${EU_FREQUENCY}15MIN`, everyMs: HOUR_MS / 4, iso: 'PT15M' },
  hourly: { iri: `${EU_FREQUENCY}HOURLY`, everyMs: HOUR_MS, iso: 'PT1H' },
  daily: { iri: `${EU_FREQUENCY}DAILY`, everyMs: DAY_MS, iso: 'P1D' },
  weekly: { iri: `${EU_FREQUENCY}WEEKLY`, everyMs: 7 * DAY_MS, iso: 'P1W' },
  monthly: { iri: `${EU_FREQUENCY}MONTHLY`, everyMs: 30 * DAY_MS, iso: 'P1M' },
  quarterly: { iri: `${EU_FREQUENCY}QUARTERLY`, everyMs: 91 * DAY_MS, iso: 'P3M' },
  annual: { iri: `${EU_FREQUENCY}ANNUAL`, everyMs: 365 * DAY_MS, iso: 'P1Y' },
} as const satisfies { readonly [frequency in Frequency]: object };

export const THEME_SCHEME = 'http://publications.europa.eu/resource/authority/data-theme/';

/** High-value datasets: the legislation, and its categories (Implementing Regulation (EU) 2023/138). */
export const HVD_LEGISLATION = 'http://data.europa.eu/eli/reg_impl/2023/138/oj';
export const HVD_CATEGORIES = {
  geospatial: 'http://data.europa.eu/bna/c_ac64a52d',
  environment: 'http://data.europa.eu/bna/c_dd313021',
  meteorological: 'http://data.europa.eu/bna/c_164e0bf5',
  statistics: 'http://data.europa.eu/bna/c_e1da4e07',
  companies: 'http://data.europa.eu/bna/c_a9135398',
  mobility: 'http://data.europa.eu/bna/c_b79e35eb',
} as const satisfies { readonly [category in HvdCategory]: string };

/** Entities with personal data. They are only published as counts in a grid. */
export const PERSONAL_TYPES: ReadonlySet<string> = new Set([
  'ServiceRequest',
  'Open311ServiceRequest',
  'IssueReport',
  'Alert',
  'WorkOrder',
  'Person',
  'Household',
  'Account',
]);
