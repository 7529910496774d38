import { bodyReader, object } from '@alzette/kit/bodies';
import type { Queryable } from '@alzette/kit/database';
import { LANGUAGES, type Language } from '../ports.ts';

/** The modules of the citizens' app that a site can turn on. */
export const MODULES = [
  'news',
  'events',
  'alerts',
  'directory',
  'pages',
  'menus',
  'polls',
  'reports',
  'waste',
  'mobility',
  'lighting',
  'air',
  'water',
] as const;
export type Module = (typeof MODULES)[number];

interface AppSettings {
  readonly modules: readonly Module[];
  readonly languages: readonly Language[];
  /** Whether changes by keepers are published immediately; false: the town hall must approve them. */
  readonly keepersPublish: boolean;
}
type GivenSettings = Omit<AppSettings, 'keepersPublish'> & { readonly keepersPublish?: boolean };

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

const someOf = (values: readonly string[]) => ({ type: 'array', items: { enum: values }, uniqueItems: true });
export const readGivenSettings = bodyReader<GivenSettings>(
  object(
    {
      modules: someOf(MODULES),
      languages: { ...someOf(LANGUAGES), contains: { const: 'fr' } },
      keepersPublish: { type: 'boolean' },
    },
    ['modules', 'languages'],
  ),
);

export async function readAppSettings(db: Queryable, tenant: string): Promise<AppSettings> {
  const { rows } = await db.query<{ document: string }>({ text: READ, values: [tenant] });
  return rows[0] === undefined ? DEFAULT : { ...DEFAULT, ...(JSON.parse(rows[0].document) as GivenSettings) }; // written by this file
}

export async function saveAppSettings(db: Queryable, tenant: string, settings: GivenSettings): Promise<void> {
  await db.query({ text: SAVE, values: [tenant, JSON.stringify(settings)] });
}
