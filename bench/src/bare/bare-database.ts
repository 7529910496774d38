import pg from 'pg';
import { runSql } from '../report/raw.ts';

/** A second database on the same server, with the tables for the bare server and pgbench. @returns its URL */
export async function createBareDatabase(bin: string, databaseUrl: string): Promise<string> {
  const url = await createDatabase(databaseUrl, 'bare');
  await execute(url, 'CREATE EXTENSION postgis');
  await runSql(bin, url, 'schema.sql');
  return url;
}

/** A new, empty database on the same server. @returns its URL */
export async function createDatabase(databaseUrl: string, name: string): Promise<string> {
  await execute(databaseUrl, `DROP DATABASE IF EXISTS ${name} WITH (FORCE)`);
  await execute(databaseUrl, `CREATE DATABASE ${name}`);
  const url = new URL(databaseUrl);
  url.pathname = `/${name}`;
  return url.href;
}

/** Executes one statement on a new connection. */
export async function execute(databaseUrl: string, text: string): Promise<void> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  await client.query(text);
  await client.end();
}
