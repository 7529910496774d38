import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { backupNames, shownTarget, withTarget } from '@alzette/backups';
import { openMail } from '@alzette/kit/mail';
import { connectAsync } from 'mqtt';
import type { Config } from '../config.ts';
import { reachDatabase } from '../reach-database.ts';
import { answersAsOurs } from './check-machine.ts';
import { type Finding, fault, good, warning } from './finding.ts';

const OLDEST_POSTGRESQL = 15;
const WITHIN_MS = 5000;
const CLOCKS_APART_MS = 2000;

const LOOK = `
  SELECT current_setting('server_version') AS version,
         current_setting('server_version_num')::int AS number,
         (SELECT extversion FROM pg_extension WHERE extname = 'postgis') AS postgis,
         extract(epoch FROM clock_timestamp())::float8 * 1000 AS clock,
         pg_database_size(current_database())::float8 AS bytes`;

interface DatabaseFacts {
  readonly version: string;
  readonly number: number;
  readonly postgis: string | null;
  readonly clock: number;
  readonly bytes: number;
}

/** Checks the database, its extensions, and whether its clock agrees with ours. */
export async function checkDatabase(config: Config): Promise<Finding[]> {
  if (config.databaseUrl === undefined) {
    if (!existsSync(join(config.dataDir, 'database', 'pgdata', 'PG_VERSION')))
      return [embedded('made at the first start')];
    if (await answersAsOurs(config.port)) return [embedded('in use by Alzette, which runs')];
  }
  let look: DatabaseFacts | undefined;
  let asked = Date.now();
  try {
    const db = await reachDatabase(config);
    try {
      asked = Date.now();
      look = (await db.query<DatabaseFacts>({ text: LOOK })).rows[0];
    } finally {
      await db.close();
    }
  } catch (error) {
    const remedy =
      config.databaseUrl === undefined
        ? 'stop the product first: the embedded database supports only one process'
        : 'look at DATABASE_URL: address, user, password, name, and whether PostgreSQL runs';
    return [fault('database', (error as Error).message, remedy)];
  }
  if (look === undefined) return [fault('database', 'it does not answer', 'look at its log')];
  return [versionFinding(config, look), postgisFinding(look), clockFinding(look.clock - asked)];
}

function embedded(found: string): Finding {
  return warning('database', `embedded, ${found}`, 'set DATABASE_URL for what must survive a power cut');
}

function versionFinding({ databaseUrl }: Config, { version, number, bytes }: DatabaseFacts): Finding {
  const found = `PostgreSQL ${version}, ${(bytes / 1024 ** 2).toFixed(0)} MiB`;
  if (databaseUrl === undefined) return embedded(found);
  if (number >= OLDEST_POSTGRESQL * 10_000) return good('database', found);
  return fault('database', found, `use PostgreSQL ${OLDEST_POSTGRESQL} or later`);
}

function postgisFinding({ postgis }: DatabaseFacts): Finding {
  if (postgis !== null) return good('PostGIS', `version ${postgis}`);
  return warning(
    'PostGIS',
    'not installed yet',
    'the first start creates it, if the package is installed and it has the right to',
  );
}

/** @param apartMs how far the database's clock is ahead of ours */
export function clockFinding(apartMs: number): Finding {
  const found = `${Math.abs(Math.round(apartMs))} ms different from that of the database`;
  if (Math.abs(apartMs) < CLOCKS_APART_MS) return good('clock', found);
  return fault('clock', found, 'let both machines follow a time server (chrony, systemd-timesyncd)');
}

export async function checkMail({ mail }: Pick<Config, 'mail'>): Promise<Finding> {
  if (mail === undefined)
    return warning('mail', 'SMTP_URL is not set', 'set it: without it no alarms are sent by mail');
  try {
    await openMail(mail).verify();
    return good('mail', `the server accepts mails from ${mail.from}`);
  } catch (error) {
    return fault('mail', (error as Error).message, 'look at SMTP_URL: host, port, user and password');
  }
}

export async function checkMqtt({ mqttUrl, mqttPort, mqttTls }: Config): Promise<Finding> {
  if (mqttUrl === undefined) {
    if (mqttPort > 0) return good('MQTT', 'embedded');
    return warning('MQTT', 'none', 'set MQTT_PORT or MQTT_URL if devices use MQTT');
  }
  try {
    const client = await connectAsync(mqttUrl, { ...mqttTls, connectTimeout: WITHIN_MS, reconnectPeriod: 0 }, false);
    await client.endAsync();
    return good('MQTT', `${new URL(mqttUrl).host} answers`);
  } catch (error) {
    return fault('MQTT', `${new URL(mqttUrl).host}: ${(error as Error).message}`, 'look at MQTT_URL');
  }
}

/** Checks whether backups are made, and their target can be reached. */
export async function checkBackups({ backup }: Pick<Config, 'backup'>): Promise<Finding> {
  const { target } = backup;
  if (target === undefined) return warning('backups', 'BACKUP_URL is not set', 'set it: nothing is backed up');
  try {
    const names = await withTarget(target, backupNames);
    const latest = names.at(-1);
    if (latest !== undefined) return good('backups', `${names.length} at ${shownTarget(target)}, the latest ${latest}`);
    return warning('backups', `none yet at ${shownTarget(target)}`, 'make one: alzette backup');
  } catch (error) {
    return fault('backups', (error as Error).message, 'check BACKUP_URL and its credentials');
  }
}
