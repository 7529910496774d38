import pg from 'pg';
import { runSql } from '../report/raw.ts';

/** A second database on the same server, with the tables for the bare server and pgbench. @returns its URL */
export async function createBareDatabase(bin: string, databaseUrl: string): Promise<string> {
  await execute(databaseUrl, 'DROP DATABASE IF EXISTS bare WITH (FORCE)');
  await execute(databaseUrl, 'CREATE DATABASE bare');
  const url = new URL(databaseUrl);
  url.pathname = '/bare';
  await execute(url.href, 'CREATE EXTENSION postgis');
  await runSql(bin, url.href, 'schema.sql');
  return url.href;
}

/** Executes one statement on a new connection. */
export async function execute(databaseUrl: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(text);
  await client.end();
}
