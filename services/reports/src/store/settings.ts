import type { Queryable } from '@alzette/kit/database';
import type { ReportSettings } from '../contract/setup.ts';
import { readDocuments } from './documents/documents.ts';

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

export const SETTINGS_ID = 'reports';

export async function readSettings(db: Queryable, tenant: string): Promise<ReportSettings> {
  const own = await readDocuments<Partial<ReportSettings>>(db, tenant, 'settings');
  return { ...DEFAULT_SETTINGS, ...own.get(SETTINGS_ID) };
}
