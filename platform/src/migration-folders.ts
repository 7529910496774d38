import { migrationsFolder as brokerMigrations } from '@alzette/broker/operator';
import { migrationsFolder as identityMigrations } from '@alzette/identity';
import { migrationsFolder as iotMigrations } from '@alzette/iot-agents';
import { migrationsFolder as kitMigrations } from '@alzette/kit/jobs';
import { migrationsFolder as territoryMigrations } from '@alzette/territory';
import type { Config } from './config.ts';
import { productSystem } from './product-system.ts';
import { productServices } from './services.ts';

interface MigrationFolder {
  /** The name of the package in the database. */
  readonly name: string;
  readonly folder: URL;
}

/** All migrations of the product, in the order in which they are applied. */
export function migrationFolders(config: Config): MigrationFolder[] {
  const lags = { readMetrics: async () => '', ingestLag: async () => 0, usageOf: async () => new Map() };
  const services = [...productServices(config), productSystem(config, lags)];
  return [
    { name: 'broker', folder: brokerMigrations },
    { name: 'territory', folder: territoryMigrations },
    { name: 'kit', folder: kitMigrations },
    { name: 'identity', folder: identityMigrations },
    { name: 'iot-agents', folder: iotMigrations },
    ...services.flatMap(({ name, migrations }) => (migrations ? [{ name, folder: migrations }] : [])),
  ];
}
