import type { Queryable } from '@alzette/kit/database';
import { type AppSettings, type GivenSettings, MODULES } from '../contract/app.ts';
import { LANGUAGES } from '../ports.ts';

/** All modules; those of stations and timetables are turned on when they have data. */
const DEFAULT: AppSettings = {
  modules: MODULES.filter((name) => name !== 'mobility' && name !== 'air' && name !== 'water'),
  languages: LANGUAGES,
  keepersPublish: false,
};
const READ = 'SELECT document FROM publishing.settings WHERE tenant = $1';
const SAVE = `
  INSERT INTO publishing.settings (tenant, document) VALUES ($1, $2)
  ON CONFLICT (tenant) DO UPDATE SET document = excluded.document`;

export async function readAppSettings(db: Queryable, tenant: string): Promise<AppSettings> {
  const { rows } = await db.query<{ document: string }>({ text: READ, values: [tenant] });
  return rows[0] === undefined ? DEFAULT : { ...DEFAULT, ...(JSON.parse(rows[0].document) as GivenSettings) }; // written by this file
}

export async function saveAppSettings(db: Queryable, tenant: string, settings: GivenSettings): Promise<void> {
  await db.query({ text: SAVE, values: [tenant, JSON.stringify(settings)] });
}
