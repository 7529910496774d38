import { type Broker, type Database, migrate } from '@alzette/broker';
import { type Identity, migrationsFolder, startIdentity } from '@alzette/identity';
import type { Jobs } from '@alzette/kit/jobs';
import type { Collectivities, Territory } from '@alzette/territory';
import type { Config } from '../config.ts';
import { auditOf } from '../identity-audit.ts';
import { organisationsOf } from '../organisations.ts';
import type { PlatformOptions } from './options.ts';

export async function startSignIn(
  config: Config,
  territory: Territory,
  { logger }: PlatformOptions,
  db: Database,
  {
    broker,
    jobs,
    collectivities,
  }: { readonly broker: Broker; readonly jobs: Jobs; readonly collectivities: Collectivities },
): Promise<Identity> {
  const { publicUrl, secretKey, access, issuers } = config;
  await migrate(db, migrationsFolder, 'identity');
  return startIdentity({
    db,
    jobs,
    app: broker.app,
    publicUrl,
    sites: () => collectivities.sites(),
    isElsewhere: (request) => request.isAtHostOfTenant,
    logger,
    access,
    issuers,
    organisations: organisationsOf(territory),
    ...auditOf(broker.audit),
    onRevoke: (subject, before) => broker.revokeTokens(subject, before, `${publicUrl}/oidc`),
    ...(secretKey === undefined ? {} : { secretKey }),
    ...(config.mail && { mail: config.mail }),
  });
}
