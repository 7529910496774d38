import type { Queryable } from '@alzette/kit/database';
import { download } from '@alzette/kit/download';
import { Problem } from '@alzette/kit/problems';
import type { Feed, Format, ImportOutcome, KeptFeed } from '../contract/feeds.ts';
import type { Author } from '../items/save-item.ts';
import type { PublishingParts } from '../parts.ts';
import { readCsv } from './csv.ts';
import { readCalendar } from './ics.ts';
import type { ReadResult } from './imported.ts';
import { readAgenda } from './openagenda.ts';
import { readOsm } from './osm.ts';
import { readFeed } from './rss.ts';
import { takeOver } from './take-over.ts';

const SAVE = `
  INSERT INTO publishing.feed (tenant, id, document) VALUES ($1, $2, $3)
  ON CONFLICT (tenant, id) DO UPDATE SET document = excluded.document RETURNING xmax = 0 AS is_new`;
const LIST = 'SELECT tenant, id, document, read_at, outcome FROM publishing.feed WHERE tenant = $1 ORDER BY id';
const ALL =
  'SELECT tenant, id, document, read_at, outcome FROM publishing.feed ORDER BY tenant, id /* all tenants: the job that polls feeds */';
const DELETE = 'DELETE FROM publishing.feed WHERE tenant = $1 AND id = $2';
const READ = 'UPDATE publishing.feed SET read_at = now(), outcome = $3 WHERE tenant = $1 AND id = $2';
const LIMITS = { maxBytes: 5 * 1024 * 1024, withinMs: 40_000 };
const READER = 'service:publishing';

type Outcome = ImportOutcome | { readonly problem: string };

interface Row {
  readonly tenant: string;
  readonly id: string;
  readonly document: string;
  readonly read_at: Date | null;
  readonly outcome: string | null;
}

export async function saveFeed(db: Queryable, tenant: string, id: string, feed: Feed): Promise<boolean> {
  const { rows } = await db.query<{ is_new: boolean }>({ text: SAVE, values: [tenant, id, JSON.stringify(feed)] });
  return rows[0]?.is_new === true;
}

export async function listFeeds(db: Queryable, tenant: string): Promise<KeptFeed[]> {
  return (await db.query<Row>({ text: LIST, values: [tenant] })).rows.map(feedOf);
}

export async function deleteFeed(db: Queryable, tenant: string, id: string): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [tenant, id] })).rowCount === 1;
}

function feedOf({ id, document, read_at, outcome }: Row): KeptFeed {
  return {
    id,
    ...(JSON.parse(document) as Feed), // written by this file
    ...(read_at !== null && { readAt: read_at.toISOString() }),
    ...(outcome !== null && { outcome: JSON.parse(outcome) as Outcome }),
  };
}

/** Reads every due feed once. The error of a feed is stored with it and does not affect others. */
export async function readDueFeeds(parts: PublishingParts): Promise<{ read: number; failed: number }> {
  const { rows } = await parts.db.query<Row>({ text: ALL });
  const counts = { read: 0, failed: 0 };
  for (const row of rows) {
    const outcome = await outcomeOf(parts, row.tenant, feedOf(row));
    counts['problem' in outcome ? 'failed' : 'read'] += 1;
    await parts.db.query({ text: READ, values: [row.tenant, row.id, JSON.stringify(outcome)] });
  }
  return counts;
}

async function outcomeOf(parts: PublishingParts, tenant: string, feed: KeptFeed): Promise<Outcome> {
  try {
    const text = (await download(parts.outgoing, feed.url, LIMITS)).toString('utf8');
    const { id, owner, format, state = 'draft' } = feed;
    const author: Author = { tenant, name: READER };
    return await takeOver(parts, author, { source: `feed:${id}`, owner, state }, readAs(format, text));
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** @throws Problem 400: the text does not have that format */
export function readAs(format: Format, text: string): ReadResult {
  try {
    if (format === 'ics') return readCalendar(text, new Date());
    if (format === 'rss') return readFeed(text);
    if (format === 'openagenda') return readAgenda(text);
    if (format === 'osm') return readOsm(text);
    return readCsv(text, format);
  } catch (error) {
    throw new Problem(
      400,
      'The document can’t be read',
      `${format}: ${error instanceof Error ? error.message : error}`,
    );
  }
}
