import { testDatabases } from '@alzette/broker/test-support';

/** The database for tests of scaling; undefined: there is none. */
export const database = testDatabases().find(({ kind }) => kind === 'postgres');

export const NO_DATABASE = 'PostgreSQL 17 with PostGIS is missing (TEST_DATABASE_URL is not set)';

const ONE_OF_EACH_KIND = [
  '5.6.1',
  '5.6.4',
  '5.6.7',
  '5.6.11',
  '5.7.1',
  '5.7.2',
  '5.7.4',
  '5.7.5',
  '5.8.1',
  '5.8.6',
  '5.9.2',
  '5.13',
  '6.3.4',
];

/**
 * The whole suite with TEST_SCALING=full; otherwise one clause of each kind, because own-broker.test.ts runs all of
 * them.
 */
export const only = process.env.TEST_SCALING === 'full' ? undefined : ONE_OF_EACH_KIND;
