import { object } from '@alzette/kit/bodies';
import type { Queryable } from '@alzette/kit/database';
import { readDocuments } from './documents/documents.ts';

/** The settings of a tenant for reports. */
export interface ReportSettings {
  /** The bits of the proof of work for a first post; 0: none. */
  readonly proofBits: number;
  /** From one network; ten times as many with the tokens of devices, because many people may share it. */
  readonly postsPerAddressAndHour: number;
  readonly postsPerDeviceAndHour: number;
  readonly allowsLinks: boolean;
  /** Whole words that are shown to the moderator if they occur in a text. */
  readonly watchedWords: readonly string[];
  /** Words for which a text is refused. */
  readonly refusedWords: readonly string[];
  readonly publishesStatistics: boolean;
  /** Days after which the personal data of authors are removed. */
  readonly pseudonymisedAfterDays: number;
  /** The contact in the discovery document of Open311. */
  readonly contact: string;
}

/** Insults in French, German, Luxembourgish, Dutch and English: the languages of residents and neighbours. */
const WATCHED_WORDS = [
  ...['connard', 'connards', 'connasse', 'salaud', 'salauds', 'salope', 'abruti', 'abrutis', 'con', 'cons', 'enculé'],
  ...['Arschloch', 'Arschlöcher', 'Wichser', 'Scheißkerl', 'Drecksau', 'Hurensohn', 'Vollidiot', 'Trottel'],
  ...['Aarschlach', 'Aaschlach', 'Topert', 'Dräcksak', 'klootzak', 'eikel', 'hoerenzoon'],
  ...['asshole', 'arsehole', 'bastard', 'wanker', 'son of a bitch'],
];

export const DEFAULT_SETTINGS: ReportSettings = {
  proofBits: 15,
  postsPerAddressAndHour: 20,
  postsPerDeviceAndHour: 10,
  allowsLinks: false,
  watchedWords: WATCHED_WORDS,
  refusedWords: ['casino', 'viagra', 'bitcoin'],
  publishesStatistics: true,
  pseudonymisedAfterDays: 365,
  contact: '',
};

const WORDS = { type: 'array', items: { type: 'string', minLength: 2, maxLength: 50 }, maxItems: 500 };
const PER_HOUR = { type: 'integer', minimum: 1, maximum: 10_000 };
export const SETTINGS_SCHEMA = object({
  proofBits: { type: 'integer', minimum: 0, maximum: 20 },
  postsPerAddressAndHour: PER_HOUR,
  postsPerDeviceAndHour: PER_HOUR,
  allowsLinks: { type: 'boolean' },
  watchedWords: WORDS,
  refusedWords: WORDS,
  publishesStatistics: { type: 'boolean' },
  pseudonymisedAfterDays: { type: 'integer', minimum: 1, maximum: 3650 },
  contact: { type: 'string', maxLength: 300 },
});

export const SETTINGS_ID = 'reports';

export async function readSettings(db: Queryable, tenant: string): Promise<ReportSettings> {
  const own = await readDocuments<Partial<ReportSettings>>(db, tenant, 'settings');
  return { ...DEFAULT_SETTINGS, ...own.get(SETTINGS_ID) };
}
