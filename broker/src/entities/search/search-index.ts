import { setTimeout as pause } from 'node:timers/promises';
import { Rests } from '../../clock/rests.ts';
import { GatheredWork } from '../../collections/gathered-work.ts';
import type { TenantNodes } from '../../database/citus/tenant-nodes.ts';
import type { Database } from '../../database/database.ts';
import type { EntityChange } from '../../model/change.ts';
import { LEARN_SOME, learnWords } from './word-learning.ts';

/** A start has other work, and the index is complete unless the last process was killed. */
const START_AFTER_MS = 2_000;
const AT_ONCE = 500;
/** How long changes wait at most while many entities are created. */
const MAX_WAIT_MS = 10_000;
/** After each step the index rests for this multiple of its duration, so that it hardly slows down writers. */
const PACE = 3;
/** With more entities waiting, it does not rest, because the search must not fall behind further. */
const HURRY_FROM = 100_000;
const LEARN_AGAIN_MS = 5_000;
/** How far back the index looks at start. The last commits before a crash may be missing from it. */
const DOUBT = '1 minute';

/** Attributes that `search_texts` reads, by the last segment of their IRI. */
const SEARCHED =
  /[/#](?:name|alternateName|title|headline|question|description|address|keywords?|category|subCategory|service_name|service_code)$/;

/**
 * `words` was used by earlier versions. It is emptied, so that no former text remains in it. OFFSET 0 makes PostgreSQL compute
 * values that are used twice only once.
 */
const INDEX_SOME = `
  INSERT INTO entity_search (tenant, entity_id, name, street, locality, lexemes)
  SELECT found.tenant, found.id, found.name, found.street, found.locality, word_lexemes(found.words) || kind.lexemes
  FROM (
    SELECT e.tenant, e.id, e.types, folded(coalesce(t.name, '')) AS name, folded(t.street) AS street,
      folded(t.locality) AS locality, search_words(e.id, t.words) AS words
    FROM entity e CROSS JOIN LATERAL search_texts(e.document) AS t
    WHERE e.tenant = $1 AND e.id = ANY ($2::text[])
    OFFSET 0
  ) AS found
  JOIN (
    SELECT types, kind_lexemes(types) AS lexemes
    FROM (SELECT DISTINCT types FROM entity WHERE tenant = $1 AND id = ANY ($2::text[])) AS typed
    OFFSET 0
  ) AS kind USING (types)
  ON CONFLICT (tenant, entity_id) DO UPDATE
  SET name = excluded.name, street = excluded.street, locality = excluded.locality, lexemes = excluded.lexemes,
    words = ''
  WHERE (entity_search.name, entity_search.street, entity_search.locality, entity_search.lexemes)
    IS DISTINCT FROM (excluded.name, excluded.street, excluded.locality, excluded.lexemes)`;
const FORGET_SOME = `
  DELETE FROM entity_search s
  WHERE s.tenant = $1 AND s.entity_id = ANY ($2::text[])
    AND NOT EXISTS (SELECT FROM entity e WHERE e.tenant = $1 AND e.id = s.entity_id)`;
const DOUBTED_SINCE = `SELECT until - interval '${DOUBT}' AS since FROM search_progress`;
const DOUBTFUL = `
  SELECT e.tenant, e.id FROM entity e
  WHERE e.modified_at > $1
    OR NOT EXISTS (SELECT FROM entity_search s WHERE s.tenant = e.tenant AND s.entity_id = e.id)
  UNION ALL
  SELECT s.tenant, s.entity_id FROM entity_search s
  WHERE NOT EXISTS (SELECT FROM entity e WHERE e.tenant = s.tenant AND e.id = s.entity_id)`;
/** Words that are added at the same time wait, so that none of them is deleted as unused. */
const HOLD_WORDS = 'LOCK TABLE search_word IN SHARE ROW EXCLUSIVE MODE';
const FORGET_WORDS = `
  DELETE FROM search_word w USING (
    SELECT tenant, word FROM search_word
    EXCEPT
    SELECT s.tenant, l.word FROM entity_search s CROSS JOIN LATERAL unnest(tsvector_to_array(s.lexemes)) AS l(word)
  ) AS unused WHERE w.tenant = unused.tenant AND w.word = unused.word`;
const NOTE_PROGRESS = 'UPDATE search_progress SET until = greatest(until, $1::timestamptz)';

interface Log {
  warn(fields: object, message: string): void;
}

interface Key {
  readonly tenant: string;
  readonly id: string;
}

/**
 * Keeps the search tables up to date. It inspects committed changes in memory and queries the database only when a
 * name, street or text has changed. Changes that a killed process missed are found at the next start.
 */
export class SearchIndex {
  readonly #db: Database;
  readonly #nodes: TenantNodes | undefined;
  readonly #log: Log;
  readonly #changed: GatheredWork<Key>;
  readonly #rests = new Rests();
  /** Ends the pause after the start. */
  #begin = () => {};
  #starting: Promise<void> = Promise.resolve();
  #learning: Promise<void> = Promise.resolve();
  readonly #ending = new AbortController();
  #isClosed = false;
  /** Whether there may be words that no entity has any more. */
  #hasUnusedWords = true;

  /** @param nodes of a cluster */
  constructor(db: Database, log: Log, nodes?: TenantNodes) {
    this.#db = db;
    this.#nodes = nodes;
    this.#log = log;
    this.#changed = new GatheredWork(
      (keys) => this.#index(keys),
      (error) => this.#warn(error, 'Could not update the search index; will retry'),
      { maxWaitMs: MAX_WAIT_MS },
    );
  }

  /**
   * Looks in the background for entities that are not in the index yet, and for those whose words are not learned yet,
   * after two seconds or when `settled` is called.
   */
  start(): void {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#begin = resolve;
    setTimeout(resolve, START_AFTER_MS).unref();
    this.#learning = promise.then(() => this.#learn());
    this.#starting = promise
      .then(async () => {
        if (this.#isClosed) return;
        for (const key of await this.#doubtful()) this.#note(key);
      })
      .catch((error: unknown) => this.#warn(error, 'Could not look for entities missing from the search index'));
  }

  /** Receives committed changes. */
  committed(changes: readonly EntityChange[]): void {
    for (const { tenant, entityId: id, before, after, attributes } of changes) {
      const isNew = before === undefined || after === undefined;
      if (!isNew && !attributes.some(({ name }) => SEARCHED.test(name))) continue;
      if (before !== undefined) this.#hasUnusedWords = true;
      this.#note({ tenant, id });
    }
  }

  /** Deletes the words that no entity has any more, so that nothing remains of a deleted text. */
  async forgetWords(): Promise<void> {
    if (!this.#hasUnusedWords || this.#isClosed) return;
    this.#hasUnusedWords = false;
    try {
      await this.#db.transaction(async (tx) => {
        await tx.query({ text: HOLD_WORDS });
        await tx.query({ text: FORGET_WORDS });
      });
    } catch (error) {
      this.#hasUnusedWords = true;
      this.#warn(error, 'Could not forget words that no entity has any more; will retry');
    }
  }

  /** Resolves when all changes committed so far are indexed, or have failed to be. */
  settled(): Promise<void> {
    return this.#rests.without(async () => {
      this.#begin();
      await this.#starting;
      await this.#changed.settled();
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    this.#ending.abort();
    this.#begin();
    this.#rests.close();
    await Promise.all([this.#starting, this.#learning]);
    await this.#changed.close();
  }

  async #doubtful(): Promise<Key[]> {
    const { rows } = await this.#db.query<{ since: Date }>({ text: DOUBTED_SINCE });
    const statement = { text: DOUBTFUL, values: [rows[0]?.since] };
    if (this.#nodes === undefined) return (await this.#db.query<Key>(statement)).rows;
    const onLate = (late: readonly Key[]) => {
      for (const key of late) this.#note(key);
    };
    return this.#nodes.every.allRows<Key>(statement, onLate, { isNeeded: false });
  }

  async #learn(): Promise<void> {
    const { signal } = this.#ending;
    for (let isLearned = false; !isLearned && !signal.aborted; ) {
      isLearned = await learnWords(this.#db, signal).then(
        () => true,
        (error: unknown) => {
          this.#warn(error, 'Could not learn the words of entities for the search; will retry');
          return false;
        },
      );
      if (!isLearned) await pause(LEARN_AGAIN_MS, undefined, { signal, ref: false }).catch(() => {});
    }
  }

  #note(key: Key): void {
    this.#changed.add(key.tenant === '' ? key.id : `${key.tenant} ${key.id}`, key); // an id contains no space
  }

  #warn(error: unknown, message: string): void {
    if (!this.#isClosed) this.#log.warn({ error }, message);
  }

  async #index(keys: readonly Key[]): Promise<void> {
    const begun = new Date();
    const isBehind = keys.length > HURRY_FROM;
    for (const [tenant, ofTenant] of Map.groupBy(keys, (key) => key.tenant)) {
      for (let from = 0; from < ofTenant.length; from += AT_ONCE) {
        const since = performance.now();
        const values = [tenant, ofTenant.slice(from, from + AT_ONCE).map(({ id }) => id)];
        await this.#db.query({ text: INDEX_SOME, values });
        await this.#db.query({ text: LEARN_SOME, values });
        await this.#db.query({ text: FORGET_SOME, values });
        const isLast = from + AT_ONCE >= ofTenant.length;
        if (!isLast && !isBehind) await this.#rests.rest((performance.now() - since) * PACE);
      }
    }
    await this.#db.query({ text: NOTE_PROGRESS, values: [begun] });
  }
}
