import { GatheredWork } from '../../collections/gathered-work.ts';
import type { Database } from '../../database/database.ts';
import type { EntityChange } from '../../model/change.ts';

const AT_ONCE = 500;
/** How far back a start looks: what was committed last before a crash may not have come in. */
const DOUBT = '1 minute';

/** Attributes that `search_texts` reads, by the last part of their IRI. */
const SEARCHED =
  /[/#](?:name|alternateName|title|headline|question|description|address|keywords?|category|subCategory|service_name|service_code)$/;

const INDEX = (which: string) => `
  INSERT INTO entity_search (tenant, entity_id, name, street, locality, words, lexemes)
  SELECT tenant, id, name, street, locality, words, search_lexemes(words, types)
  FROM (
    SELECT e.tenant, e.id, e.types, folded(coalesce(t.name, '')) AS name, folded(t.street) AS street,
      folded(t.locality) AS locality, search_words(e.id, t.words) AS words
    FROM entity e CROSS JOIN LATERAL search_texts(e.document) AS t
    WHERE ${which}
  ) AS found
  ON CONFLICT (tenant, entity_id) DO UPDATE
  SET name = excluded.name, street = excluded.street, locality = excluded.locality, words = excluded.words, lexemes = excluded.lexemes
  WHERE (entity_search.words, entity_search.name, entity_search.lexemes) <> (excluded.words, excluded.name, excluded.lexemes)`;
const INDEX_SOME = INDEX('(e.tenant, e.id) IN (SELECT * FROM unnest($1::text[] COLLATE "C", $2::text[] COLLATE "C"))');
const FORGET_SOME = `
  DELETE FROM entity_search s
  WHERE (s.tenant, s.entity_id) IN (SELECT * FROM unnest($1::text[] COLLATE "C", $2::text[] COLLATE "C"))
    AND NOT EXISTS (SELECT FROM entity e WHERE e.tenant = s.tenant AND e.id = s.entity_id)`;
const DOUBTFUL = `
  SELECT e.tenant, e.id FROM entity e
  WHERE e.modified_at > (SELECT until FROM search_progress) - interval '${DOUBT}'
    OR NOT EXISTS (SELECT FROM entity_search s WHERE s.tenant = e.tenant AND s.entity_id = e.id)
  UNION ALL
  SELECT s.tenant, s.entity_id FROM entity_search s
  WHERE NOT EXISTS (SELECT FROM entity e WHERE e.tenant = s.tenant AND e.id = s.entity_id)`;
const NOTE_PROGRESS = 'UPDATE search_progress SET until = greatest(until, $1::timestamptz)';

interface Log {
  warn(fields: object, message: string): void;
}

interface Key {
  readonly tenant: string;
  readonly id: string;
}

/**
 * Keeps what entities are found by in step with them. Looks at committed changes in memory, and asks the database something
 * only when a name, a street or a text of an entity has changed. What a process that was killed had not come to is found at
 * the next start.
 */
export class SearchIndex {
  readonly #db: Database;
  readonly #log: Log;
  readonly #changed: GatheredWork<Key>;
  #starting: Promise<void> = Promise.resolve();
  #isClosed = false;

  constructor(db: Database, log: Log) {
    this.#db = db;
    this.#log = log;
    this.#changed = new GatheredWork(
      (keys) => this.#index(keys),
      (error) => this.#warn(error, 'What is searched could not be brought up to date; tried again shortly'),
    );
  }

  /** Looks, beside all else, for what is not in it yet. */
  start(): void {
    this.#starting = this.#db
      .query<Key>({ text: DOUBTFUL })
      .then(({ rows }) => {
        for (const key of rows) this.#note(key);
      })
      .catch((error: unknown) => this.#warn(error, 'It could not be looked for what the search does not know yet'));
  }

  /** Hears of what was committed. */
  committed(changes: readonly EntityChange[]): void {
    for (const { tenant, entityId: id, before, after, attributes } of changes) {
      const isNew = before === undefined || after === undefined;
      if (isNew || attributes.some(({ name }) => SEARCHED.test(name))) this.#note({ tenant, id });
    }
  }

  /** Resolves when what was committed so far is found, or could not be indexed. */
  async settled(): Promise<void> {
    await this.#starting;
    await this.#changed.settled();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#starting;
    await this.#changed.close();
  }

  #note(key: Key): void {
    this.#changed.add(`${key.tenant} ${key.id}`, key);
  }

  #warn(error: unknown, message: string): void {
    if (!this.#isClosed) this.#log.warn({ error }, message);
  }

  async #index(keys: readonly Key[]): Promise<void> {
    const begun = new Date();
    for (let from = 0; from < keys.length; from += AT_ONCE) {
      const some = keys.slice(from, from + AT_ONCE);
      const values = [some.map(({ tenant }) => tenant), some.map(({ id }) => id)];
      await this.#db.query({ text: INDEX_SOME, values });
      await this.#db.query({ text: FORGET_SOME, values });
    }
    await this.#db.query({ text: NOTE_PROGRESS, values: [begun] });
  }
}
