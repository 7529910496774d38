import assert from 'node:assert/strict';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { migrate } from '@alzette/kit/migrate';
import type { Database } from '../../src/database/database.ts';
import { openDatabase } from '../../src/database/open-database.ts';
import { SearchIndex } from '../../src/entities/search/search-index.ts';
import { addWords, beginningWith } from '../../src/entities/search/search-words.ts';
import { areWordsLearned, learnWords } from '../../src/entities/search/word-learning.ts';
import { anotherPostgres } from '../support/index.ts';

const MIGRATIONS = fileURLToPath(new URL('../../migrations/', import.meta.url));
const LAST_BEFORE = 126;
const NAME = 'https://uri.etsi.org/ngsi-ld/name';
const TENANT = '';
const ENTITIES = 1200;

const ADD_ENTITIES = `
  INSERT INTO entity (tenant, id, types, document, created_at, modified_at, version)
  SELECT '${TENANT}', 'urn:ngsi-ld:Lamp:' || n, '{urn:Lamp}',
    jsonb_build_object('attributes', jsonb_build_object('${NAME}', jsonb_build_array(jsonb_build_object('value', 'lamp' || n)))),
    now(), now(), 1
  FROM generate_series($1::int, $2::int) AS n`;
/** As the version before indexed an entity. */
const INDEX_AS_BEFORE = `
  INSERT INTO entity_search (tenant, entity_id, name, words, lexemes)
  SELECT e.tenant, e.id, folded(coalesce(t.name, '')), search_words(e.id, t.words), search_lexemes(search_words(e.id, t.words), e.types)
  FROM entity e CROSS JOIN LATERAL search_texts(e.document) AS t WHERE e.id = ANY ($1::text[])
  ON CONFLICT (tenant, entity_id) DO UPDATE SET words = excluded.words, lexemes = excluded.lexemes`;

/** Two migrations as they were for some time in versions that were never released. */
const UNRELEASED = {
  '130-search-words.sql': `
    CREATE TABLE search_word (
      tenant text COLLATE "C" NOT NULL, word text COLLATE "C" NOT NULL, PRIMARY KEY (tenant, word));
    CREATE INDEX search_word_parts ON search_word USING gin (word gin_trgm_ops) WITH (gin_pending_list_limit = 256);
    CREATE FUNCTION search_vocabulary(lexemes tsvector, types text[]) RETURNS SETOF text LANGUAGE sql STABLE PARALLEL SAFE AS $$
      SELECT word FROM unnest(tsvector_to_array(lexemes)) AS word
      WHERE word <> ALL (ARRAY(SELECT 'kind' || lower(short_name(type)) FROM unnest(types) AS type))
    $$;
    INSERT INTO search_word (tenant, word)
    SELECT DISTINCT s.tenant, v.word
    FROM entity_search s JOIN entity e ON e.tenant = s.tenant AND e.id = s.entity_id
      CROSS JOIN LATERAL search_vocabulary(s.lexemes, e.types) AS v(word);
    DROP INDEX entity_search_words;
    ALTER TABLE entity_search DROP COLUMN words;`,
  '140-sums-by-tenant.sql': `
    CREATE UNIQUE INDEX history_group_hour_tenant ON history_group_hour (tenant, group_id, attribute, start);
    CREATE UNIQUE INDEX history_group_day_tenant ON history_group_day (tenant, group_id, attribute, start);`,
};

const postgres = anotherPostgres();
const SKIP = { skip: postgres === undefined && 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)' };

const idOf = (n: number) => `urn:ngsi-ld:Lamp:${n}`;
const log = { warn: (fields: object, message: string) => assert.fail(`${message} ${JSON.stringify(fields)}`) };

/** A database with the migrations of the version before, and indexed entities. */
async function databaseBefore(t: TestContext): Promise<{ db: Database; folder: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'migrations-before-'));
  t.after(() => rm(folder, { recursive: true }));
  await cp(MIGRATIONS, folder, {
    recursive: true,
    filter: (path) => !(Number.parseInt(basename(path), 10) > LAST_BEFORE),
  });
  const db = await openDatabase({ url: (await anotherPostgres()?.url()) as string });
  t.after(() => db.close());
  await migrate(db, pathToFileURL(folder), 'broker');
  await db.query({ text: ADD_ENTITIES, values: [1, ENTITIES] });
  await indexAsBefore(db, 1, ENTITIES);
  return { db, folder };
}

function indexAsBefore(db: Database, from: number, to: number) {
  const ids = Array.from({ length: to - from + 1 }, (_, n) => idOf(from + n));
  return db.query({ text: INDEX_AS_BEFORE, values: [ids] });
}

async function knows(db: Database, word: string): Promise<boolean> {
  const { rowCount } = await db.query({ text: 'SELECT FROM search_word WHERE word = $1', values: [word] });
  return rowCount === 1;
}

test('the previous version works beside this one, and the search finds what both have indexed', SKIP, async (t) => {
  const { db } = await databaseBefore(t);
  await migrate(db, pathToFileURL(MIGRATIONS), 'broker');
  assert.equal(await areWordsLearned(db), false);
  const [begun] = await beginningWith(db, TENANT, ['lamp7']);
  assert.deepEqual(
    [...(begun?.prefixes ?? [])],
    ['lamp7'],
    'found by its beginning, though the words are not learned yet',
  );

  await db.query({ text: ADD_ENTITIES, values: [5000, 5001] });
  await indexAsBefore(db, 5000, 5000);
  assert.ok(await knows(db, 'lamp5000'), 'indexed by the version before');
  const index = new SearchIndex(db, log);
  index.start();
  await index.settled();
  await learnWords(db, new AbortController().signal);
  await index.close();
  assert.ok(await knows(db, 'lamp5001'), 'indexed by this version');
  for (const n of [1, 500, 501, ENTITIES]) assert.ok(await knows(db, `lamp${n}`), idOf(n));
  assert.equal(await areWordsLearned(db), true);
  const sought = await beginningWith(db, TENANT, ['amp1200']);
  await addWords(db, TENANT, sought, 'part');
  assert.deepEqual(sought[0]?.more, ['lamp1200'], 'a part of a word');
});

test('this version removes former texts from the column of the previous version', SKIP, async (t) => {
  const { db } = await databaseBefore(t);
  await migrate(db, pathToFileURL(MIGRATIONS), 'broker');
  await db.query({
    text: `UPDATE entity SET document = jsonb_set(document, '{attributes,${NAME},0,value}', '"changed"'), modified_at = now() + interval '1 second'
      WHERE id = $1`,
    values: [idOf(1)],
  });
  const index = new SearchIndex(db, log);
  index.start();
  await index.settled();
  await index.close();
  const { rows } = await db.query({
    text: 'SELECT name, words FROM entity_search WHERE entity_id = $1',
    values: [idOf(1)],
  });
  assert.deepEqual(rows, [{ name: 'changed', words: '' }]);
});

test('upgrades a database with migrations that were never released in that form', SKIP, async (t) => {
  const { db, folder } = await databaseBefore(t);
  for (const [name, sql] of Object.entries(UNRELEASED)) await writeFile(join(folder, name), sql);
  await migrate(db, pathToFileURL(folder), 'broker');
  await migrate(db, pathToFileURL(MIGRATIONS), 'broker');
  await db.query({ text: ADD_ENTITIES, values: [5000, 5000] });
  const index = new SearchIndex(db, log);
  index.start();
  await index.settled();
  await learnWords(db, new AbortController().signal);
  await index.close();
  for (const n of [1, ENTITIES, 5000]) assert.ok(await knows(db, `lamp${n}`), idOf(n));
});
