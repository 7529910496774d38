import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { backupNames, shownTarget, withTarget } from '@alzette/backups';
import { tryAmqp } from '@alzette/iot-agents';
import { openMail } from '@alzette/kit/mail';
import { connectAsync } from 'mqtt';
import type { Config } from '../config.ts';
import { reachDatabase } from '../reach-database.ts';
import { answersAsOurs } from './check-machine.ts';
import { codeOf } from './check-public-url.ts';
import { type Finding, fault, good, warning } from './finding.ts';

const OLDEST_POSTGRESQL = 15;
const WITHIN_MS = 5000;
const CLOCKS_APART_MS = 2000;

/** What mends a connection that fails with a code of Node or PostgreSQL. */
const UNREACHED: { readonly [code: string]: string } = {
  ECONNREFUSED:
    'start PostgreSQL, or correct host and port in DATABASE_URL: sudo systemctl status postgresql; pg_lsclusters',
  ENOENT: 'start PostgreSQL, or correct the folder of its socket in DATABASE_URL: sudo systemctl status postgresql',
  ENOTFOUND: 'correct the host in DATABASE_URL: it has no address',
  '28P01': 'correct the password in DATABASE_URL, or set it: sudo -u postgres psql -c "\\password USER"',
  '28000': 'create the user, or allow it in pg_hba.conf: sudo -u postgres createuser --pwprompt USER',
  '3D000': 'create the database: sudo -u postgres createdb --owner USER NAME',
};

const LOOK = `
  SELECT current_setting('server_version') AS version,
         current_setting('server_version_num')::int AS number,
         (SELECT extversion FROM pg_extension WHERE extname = 'postgis') AS postgis,
         EXISTS (SELECT FROM pg_available_extensions WHERE name = 'postgis') AS available,
         current_database() AS name,
         extract(epoch FROM clock_timestamp())::float8 * 1000 AS clock,
         pg_database_size(current_database())::float8 AS bytes`;

interface DatabaseFacts {
  readonly version: string;
  readonly number: number;
  readonly postgis: string | null;
  /** PostGIS is installed on the server. */
  readonly available: boolean;
  readonly name: string;
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
        : (UNREACHED[codeOf(error)] ?? 'look at DATABASE_URL: address, user, password, name');
    return [fault('database', (error as Error).message, remedy)];
  }
  if (look === undefined) return [fault('database', 'it does not answer', 'look at its log')];
  const isEmbedded = config.databaseUrl === undefined;
  return [versionFinding(config, look), postgisFinding(look, isEmbedded), clockFinding(look.clock - asked)];
}

function embedded(found: string): Finding {
  return warning('database', `embedded, ${found}`, 'set DATABASE_URL for what must survive a power cut');
}

function versionFinding({ databaseUrl }: Config, { version, number, bytes }: DatabaseFacts): Finding {
  const found = `PostgreSQL ${version}, ${(bytes / 1024 ** 2).toFixed(0)} MiB`;
  if (databaseUrl === undefined) return embedded(found);
  if (number >= OLDEST_POSTGRESQL * 10_000) return good('database', found);
  const remedy = `use PostgreSQL ${OLDEST_POSTGRESQL} or later, for example: apt install postgresql-17-postgis-3`;
  return fault(
    'database',
    found,
    `${remedy}; then move the data: pg_upgradecluster ${Math.floor(number / 10_000)} main`,
  );
}

export function postgisFinding(
  { postgis, available, name, number }: Pick<DatabaseFacts, 'postgis' | 'available' | 'name' | 'number'>,
  isEmbedded: boolean,
): Finding {
  if (postgis !== null) return good('PostGIS', `version ${postgis}`);
  if (!available && !isEmbedded) {
    const install = `apt install postgresql-${Math.floor(number / 10_000)}-postgis-3`;
    return fault('PostGIS', 'its package is not installed', `on the machine of the database: ${install}`);
  }
  return warning(
    'PostGIS',
    'not created in the database yet',
    `the first start creates it, if it has the right to; otherwise: sudo -u postgres psql -d ${name} -c 'CREATE EXTENSION postgis'`,
  );
}

/** @param apartMs how far the database's clock is ahead of ours */
export function clockFinding(apartMs: number): Finding {
  const found = `${Math.abs(Math.round(apartMs))} ms different from that of the database`;
  if (Math.abs(apartMs) < CLOCKS_APART_MS) return good('clock', found);
  return fault('clock', found, 'let both machines follow a time server, on each: sudo timedatectl set-ntp true');
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

/** Checks whether the AMQP broker accepts us, if there is one. */
export async function checkAmqp({ amqp }: Pick<Config, 'amqp'>): Promise<Finding[]> {
  if (amqp === undefined) return [];
  const { host } = new URL(amqp.url);
  try {
    await tryAmqp(amqp.url, WITHIN_MS);
    return [good('AMQP', `${host} answers`)];
  } catch (error) {
    return [fault('AMQP', `${host}: ${(error as Error).message}`, 'look at AMQP_URL: host, port, user and password')];
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
