import type { Queryable } from '@alzette/kit/database';
import type { EventKind } from '../contract/settings.ts';

/** An event about an account, a client or the settings; kept as long as `retention` says. */
export interface IdentityEvent {
  readonly kind: EventKind;
  readonly account?: string;
  /** Who did it, if it is not the account itself. */
  readonly by?: string;
  readonly client?: string;
  readonly address?: string;
  readonly detail?: Readonly<Record<string, unknown>>;
}

const INSERT = 'INSERT INTO identity.event (kind, account, client, address, detail) VALUES ($1, $2, $3, $4, $5)';
const OF_ACCOUNT = `
  SELECT id, at, kind, account, client, address, detail FROM identity.event WHERE account = $1 ORDER BY id DESC LIMIT $2`;
const LATEST = `
  SELECT id, at, kind, account, client, address, detail FROM identity.event WHERE id < $1 ORDER BY id DESC LIMIT $2`;

interface EventRow {
  readonly id: number;
  readonly at: Date;
  readonly kind: EventKind;
  readonly account: string | null;
  readonly client: string | null;
  readonly address: string | null;
  readonly detail: string;
}

export type KeptEvent = Omit<EventRow, 'detail'> & { readonly detail: Record<string, unknown> };

export async function recordEvent(db: Queryable, event: IdentityEvent): Promise<void> {
  const { kind, account, by, client, address, detail = {} } = event;
  await db.query({
    text: INSERT,
    values: [kind, account ?? null, client ?? null, address ?? null, { ...detail, ...(by !== undefined && { by }) }],
  });
}

export async function eventsOf(db: Queryable, account: string, limit = 1000): Promise<KeptEvent[]> {
  return toEvents((await db.query<EventRow>({ text: OF_ACCOUNT, values: [account, limit] })).rows);
}

/** The latest first; only those before an id if one is given. */
export async function latestEvents(db: Queryable, before: number | undefined, limit: number): Promise<KeptEvent[]> {
  const { rows } = await db.query<EventRow>({ text: LATEST, values: [before ?? Number.MAX_SAFE_INTEGER, limit] });
  return toEvents(rows);
}

function toEvents(rows: readonly EventRow[]): KeptEvent[] {
  return rows.map((row) => ({ ...row, detail: JSON.parse(row.detail) }));
}
