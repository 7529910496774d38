import { createHash, createHmac } from 'node:crypto';
import type { Database, Queryable } from '../database/database.ts';
import { noteEntry, takeChange } from './recorded-change.ts';

/** An action to record. */
export interface Act {
  /** E.g. `key:1f2e…`, `token:<sub>` or `anonymous`. */
  readonly actor: string;
  /** A verb, or a method: `sign-in`, `policy.save`, `POST`. */
  readonly action: string;
  /** The object of the action. */
  readonly object: string;
  readonly tenant: string;
  /** `unknown`: the process was killed before it could record it. `removed`: what it said went with its tenant. */
  readonly outcome: 'done' | 'refused' | 'failed' | 'unknown' | 'removed';
  /** JSON without secrets. */
  readonly details: object;
}

/** An entry of the table. Its hash covers the entry and the previous hash. */
export interface AuditEntry extends Act {
  /** Numbered from 1 without gaps. */
  readonly n: number;
  readonly at: Date;
  readonly hash: string;
}

export interface AuditFilter {
  readonly actor?: string;
  readonly action?: string;
  readonly object?: string;
  /** '' is the default tenant; absent: all. */
  readonly tenant?: string;
  readonly since?: Date;
  readonly before?: Date;
}

/** The end of the chain. If recorded elsewhere, it later shows whether entries were cut off. */
interface AuditHead {
  readonly n: number;
  readonly hash: string;
}

export type Verdict =
  /** `removed`: entries of tenants that have left; their hashes can't be computed again. */
  | { readonly intact: true; readonly head: AuditHead; readonly removed: number }
  /** `n`: the first entry that was changed or is missing. */
  | { readonly intact: false; readonly n: number; readonly reason: string };

/** The table `audit`. */
export interface AuditStore {
  /** Also adds the change of the current request of its actor to the details: `before`, `after` and `hidden`. */
  append(act: Act): Promise<void>;
  /** Appends within an existing transaction. */
  appendIn(tx: Queryable, act: Act): Promise<void>;
  search(filter: AuditFilter, limit: number, before: number | undefined): Promise<AuditEntry[]>;
  /** In order, starting after `after`. */
  page(after: number, limit: number): Promise<AuditEntry[]>;
  /** Verifies the chain from its start, and whether it still contains a head recorded earlier. */
  verify(earlier?: AuditHead): Promise<Verdict>;
}

// Entries are written one after the other, because each needs the previous hash.
const LOCK = `SELECT pg_advisory_xact_lock(7281033, 1)`;
const LAST = 'SELECT n, hash FROM audit ORDER BY n DESC LIMIT 1';
const INSERT = `INSERT INTO audit (n, at, actor, action, object, tenant, outcome, details, hash)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;
// The same in one statement, if the entry before is still the last one. The lock makes it wait for transactions that
// append, because one of them would fail on a number that is taken.
const INSERT_AFTER = `WITH turn AS MATERIALIZED (SELECT pg_advisory_xact_lock(7281033, 1))
  INSERT INTO audit (n, at, actor, action, object, tenant, outcome, details, hash)
  SELECT $1::bigint, $2::timestamptz, $3, $4, $5, $6, $7, $8, $9 FROM turn
  WHERE EXISTS (SELECT FROM audit WHERE n = $1::bigint - 1 AND hash = $10)
  ON CONFLICT (n) DO NOTHING`;
const COLUMNS = 'n, at, actor, action, object, tenant, outcome, details, hash';
const PAGE = `SELECT ${COLUMNS} FROM audit WHERE n > $1 ORDER BY n LIMIT $2`;
const SEARCH = `SELECT ${COLUMNS} FROM audit
  WHERE ($1::text IS NULL OR actor = $1) AND ($2::text IS NULL OR action = $2) AND ($3::text IS NULL OR object = $3)
    AND ($4::timestamptz IS NULL OR at >= $4) AND ($5::timestamptz IS NULL OR at < $5) AND ($6::bigint IS NULL OR n < $6)
    AND ($7::text IS NULL OR tenant = $7)
  ORDER BY n DESC LIMIT $8`;

const GENESIS = '0'.repeat(64);
const CHUNK = 100;

type Row = Omit<AuditEntry, 'details'> & { readonly details: string };
type HashOf = (previous: string, row: Omit<Row, 'hash'>) => string;

/** @param key makes hashes unforgeable; without it, an attacker could rebuild the chain from any entry on */
export function auditStore(db: Database, key: string | undefined): AuditStore {
  const hashOf: HashOf = (previous, { n, at, actor, action, object, tenant, outcome, details }) => {
    const text = JSON.stringify([previous, n, at.toISOString(), actor, action, object, tenant, outcome, details]);
    return (key === undefined ? createHash('sha256') : createHmac('sha256', key)).update(text).digest('hex');
  };

  function entryAfter(last: AuditHead, { actor, action, object, tenant, outcome, details: given }: Act) {
    const [n, at, details] = [last.n + 1, new Date(), JSON.stringify(given)];
    const hash = hashOf(last.hash, { n, at, actor, action, object, tenant, outcome, details });
    return { head: { n, hash }, values: [n, at, actor, action, object, tenant, outcome, details, hash] };
  }

  async function insertIn(tx: Queryable, act: Act): Promise<AuditHead> {
    await tx.query({ text: LOCK });
    const { rows } = await tx.query<AuditHead>({ text: LAST });
    const { head, values } = entryAfter(rows[0] ?? { n: 0, hash: GENESIS }, act);
    await tx.query({ text: INSERT, values });
    return head;
  }

  /** The last entry that this process appended. Others may have appended since. */
  let known: AuditHead | undefined;
  /** Ends with the entry that is appended; entries of this process wait for each other here, not on connections. */
  let turn: Promise<void> = Promise.resolve();

  async function insert(act: Act): Promise<void> {
    if (known !== undefined) {
      const { head, values } = entryAfter(known, act);
      const { rowCount } = await db.query({
        name: 'audit-insert-after',
        text: INSERT_AFTER,
        values: [...values, known.hash],
        isPlannedOnce: true,
      });
      if (rowCount === 1) {
        known = head;
        return;
      }
    }
    known = await db.transaction((tx) => insertIn(tx, act));
  }

  return {
    async append(act) {
      // A failed act has changed nothing.
      const change = act.outcome === 'done' ? await takeChange(act.actor) : undefined;
      const details = { ...act.details, ...change };
      const inserted = turn.then(() => insert({ ...act, details }));
      turn = inserted.catch(() => {});
      await inserted;
      noteEntry(act.actor);
    },
    appendIn: async (tx, act) => void (await insertIn(tx, act)),
    async search({ actor, action, object, tenant, since, before }, limit, beforeN) {
      const values = [actor, action, object, since, before, beforeN, tenant].map((value) => value ?? null);
      return (await db.query<Row>({ text: SEARCH, values: [...values, limit] })).rows.map(fromRow);
    },
    page: async (after, limit) => (await db.query<Row>({ text: PAGE, values: [after, limit] })).rows.map(fromRow),
    verify: (earlier) => verified(db, hashOf, earlier),
  };
}

/** Reads the whole chain, in pages. */
async function verified(db: Queryable, hashOf: HashOf, earlier: AuditHead | undefined): Promise<Verdict> {
  let last: AuditHead = { n: 0, hash: GENESIS };
  let removed = 0;
  for (;;) {
    const { rows } = await db.query<Row>({ text: PAGE, values: [last.n, CHUNK] });
    for (const row of rows) {
      const n = last.n + 1;
      if (row.n !== n) return { intact: false, n, reason: `entry ${n} is missing` };
      if (row.outcome === 'removed') removed += 1;
      else if (hashOf(last.hash, row) !== row.hash) {
        return { intact: false, n, reason: `entry ${n} was changed` };
      }
      if (earlier?.n === n && earlier.hash !== row.hash) {
        return { intact: false, n, reason: `entry ${n} differs from the head recorded earlier` };
      }
      last = { n, hash: row.hash };
    }
    if (rows.length < CHUNK) break;
  }
  if (earlier !== undefined && earlier.n > last.n) {
    return {
      intact: false,
      n: last.n + 1,
      reason: `entry ${last.n + 1} is missing: the chain ends before the head recorded earlier`,
    };
  }
  return { intact: true, head: last, removed };
}

function fromRow(row: Row): AuditEntry {
  return { ...row, details: JSON.parse(row.details) };
}
