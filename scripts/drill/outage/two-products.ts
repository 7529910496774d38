import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startMosquitto } from '../../mosquitto-server.ts';
import { findPostgres, type PostgresServer, startPostgres } from '../../postgres-server.ts';
import { findProgram, freePort } from '../../programs.ts';
import { type BrokerProcess, brokerProcess } from '../broker-process.ts';
import type { Endings } from '../statements/statement-drill.ts';

/** Two whole products on one database. */
export interface TwoProducts {
  readonly postgres: PostgresServer;
  readonly products: readonly [BrokerProcess, BrokerProcess];
  /** Where devices send: Mosquitto for both, or the MQTT broker of the first product. */
  readonly mqttUrl: string;
}

/** As in `docker/mosquitto.conf`: by default Mosquitto drops messages when a thousand wait. @returns its file */
async function withoutLimit(folder: string): Promise<string> {
  await chmod(folder, 0o755); // Mosquitto runs as another user
  const file = join(folder, 'mosquitto.conf');
  await writeFile(file, 'allow_anonymous true\nmax_queued_messages 0\nmax_inflight_messages 1000\n');
  return file;
}

/** @param isExternal whether Mosquitto is between the devices and the products */
export async function startTwoProducts(endings: Endings, isExternal: boolean): Promise<TwoProducts> {
  const bin = findPostgres();
  if (bin === undefined) throw new Error('PostgreSQL 17 with PostGIS is missing');
  const mosquitto = isExternal ? findProgram('mosquitto', '/usr/sbin/mosquitto') : undefined;
  if (isExternal && mosquitto === undefined) throw new Error('mosquitto is not installed');
  const folder = await mkdtemp(join(tmpdir(), 'alzette-outage-'));
  endings.after(() => rm(folder, { recursive: true, force: true }));
  const postgres = await startPostgres(bin, ['fsync=off']);
  endings.after(() => postgres.stop());
  const external = mosquitto === undefined ? undefined : await startMosquitto(mosquitto, await withoutLimit(folder));
  endings.after(() => external?.stop());
  const ports = [await freePort(), await freePort()] as const;
  const start = async (instance: string, mqttPort: number) => {
    const settings = {
      DATABASE_URL: postgres.url,
      DATA_DIR: join(folder, instance),
      ...(external ? { MQTT_URL: external.url } : { MQTT_PORT: String(mqttPort), MQTT_ANONYMOUS: 'on' }),
      INSTANCE: instance,
      ACCESS: 'open',
      DEMO: 'off',
      OFFLINE: 'on',
      LOG_LEVEL: 'info',
      TEMPORAL_PAGE_SIZE: '1000000',
      SECRET_KEY: 'the secret key of the drill',
    };
    const product = brokerProcess(await freePort(), settings, { isProduct: true });
    endings.after(() => product.kill());
    await product.start();
    return product;
  };
  const products = [await start('one', ports[0]), await start('two', ports[1])] as const;
  return { postgres, products, mqttUrl: external?.url ?? `mqtt://127.0.0.1:${ports[0]}` };
}
