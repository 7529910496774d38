import { type Broker, createBroker, type Database, type Door, openReplicas } from '@alzette/broker';
import { defaultContextOf } from '../banner.ts';
import { type Config, isForThisMachine } from '../config.ts';
import type { Closers, PlatformOptions } from './options.ts';

export async function startBroker(
  config: Config,
  { logger, outages, say = () => {} }: PlatformOptions,
  db: Database,
  closers: Closers,
  door: Door,
): Promise<Broker> {
  const { access, issuers, publicUrl } = config;
  const defaultContext = defaultContextOf(config);
  // An unreachable replica does not prevent the start, because the primary answers as well.
  const replicas = config.databaseReadUrl === undefined ? [] : openReplicas(config.databaseReadUrl);
  for (const replica of replicas) closers.push(() => replica.db.close());
  const broker = await createBroker({
    ...config,
    db,
    replicas,
    logger,
    door,
    ...(outages && { outages }),
    ...(defaultContext !== undefined && { defaultContext }),
    issuers: issuers.length > 0 ? issuers : [`${publicUrl}/oidc`],
    onFirstKey: (key) => say(`The key of an administrator, shown only once: ${key}`),
  });
  if (access === 'open' && !isForThisMachine(config)) {
    logger.warn(`ACCESS=open: anyone who reaches ${publicUrl} may read and write everything`);
  }
  closers.push(() => broker.close());
  return broker;
}
