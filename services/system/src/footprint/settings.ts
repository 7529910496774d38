import type { Queryable } from '@alzette/kit/database';
import { refused } from '@alzette/kit/problems';
import type { FootprintSettings } from '../contract/footprint.ts';
import { knownFactors, USE_CASES } from './method.ts';

const READ = 'SELECT document::text AS document, over_budget FROM system.footprint_setting';
const KEEP = `
  INSERT INTO system.footprint_setting (document) VALUES ($1)
  ON CONFLICT (is_set) DO UPDATE SET document = excluded.document`;
const KEEP_OVER = 'UPDATE system.footprint_setting SET over_budget = $1';
/** Before somebody has decided otherwise. There is no price that fits everywhere. */
const FIRST: FootprintSettings = { prices: {}, yearlyCosts: {}, budget: {}, factors: {}, isPublic: false };

interface Kept {
  readonly settings: FootprintSettings;
  /** For what an alarm was raised. */
  readonly over: readonly string[];
}

export async function readSettings(db: Queryable): Promise<Kept> {
  const { rows } = await db.query<{ document: string; over_budget: string[] }>({ text: READ });
  const [row] = rows;
  return row === undefined
    ? { settings: FIRST, over: [] }
    : { settings: JSON.parse(row.document), over: row.over_budget };
}

/** @throws Problem 400: a factor or a use case is unknown */
export async function keepSettings(db: Queryable, settings: FootprintSettings): Promise<FootprintSettings> {
  const known = { factors: knownFactors(), yearlyCosts: Object.keys(USE_CASES) };
  for (const [member, names] of Object.entries(known) as [keyof typeof known, readonly string[]][]) {
    const unknown = Object.keys(settings[member]).find((name) => !names.includes(name));
    if (unknown !== undefined) throw refused(member, unknown, `one of ${names.join(', ')}`);
  }
  await db.query({ text: KEEP, values: [JSON.stringify(settings)] });
  return settings;
}

export async function keepOver(db: Queryable, over: readonly string[]): Promise<void> {
  await db.query({ text: KEEP_OVER, values: [over] });
}
