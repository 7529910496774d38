import { type Broker, migrate } from '@alzette/broker';
import { Collectivities, migrationsFolder, type Territory } from '@alzette/territory';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';

/** The collectivities, before anything asks for a territory. @param first of the installation's folder */
export async function openCollectivities(
  { publicUrl, ownHosts }: Pick<Config, 'publicUrl' | 'ownHosts'>,
  first: Territory,
  { db, trackChange }: Pick<Broker, 'db' | 'trackChange'>,
  logger: Logger,
): Promise<Collectivities> {
  await migrate(db, migrationsFolder, 'territory');
  return Collectivities.open({
    db,
    first,
    publicUrl,
    ownHosts,
    applying: trackChange,
    onError: (error) => logger.error({ err: error }, 'could not read the collectivities; the next look is in 30 s'),
  });
}
