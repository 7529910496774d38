import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestContext } from 'node:test';
import type { Database } from '@alzette/broker';
import type { ServiceDefinition } from '@alzette/kit/service';
import { pino } from 'pino';
import { AUDIENCE, startIssuer } from '../../../broker/test/access/issuer.ts';
import { readConfig } from '../../src/config.ts';
import { startPlatform } from '../../src/platform.ts';
import { ORGANISATIONS } from './access/access-model.ts';
import { onServer } from './own-database.ts';
import { freePort } from './platform-process.ts';

/**
 * The product in this process with enforced access, for the tokens of a test issuer. Both end with the test.
 *
 * @param settings replace or add to the defaults: no demo, no MQTT, a database on the server of the tests; with
 *   `DATABASE_URL: undefined` the embedded one
 * @param services replace those of the product
 * @param database used instead of that of the settings; closed with the product
 */
export async function startGuardedPlatform(
  t: TestContext,
  settings: Readonly<Record<string, string | undefined>> = {},
  services?: readonly ServiceDefinition[],
  database?: Promise<Database>,
) {
  const dataDir = await mkdtemp(join(tmpdir(), 'alzette-'));
  const issuer = await startIssuer(t);
  const isGiven = 'DATABASE_URL' in settings || database !== undefined;
  const config = readConfig({
    ...(!isGiven && (await onServer(dataDir))),
    PORT: String(await freePort()),
    MQTT_PORT: '0',
    DATA_DIR: dataDir,
    DEMO: 'off',
    CHECK_ANSWERS: 'on',
    ACCESS: 'enforced',
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: AUDIENCE,
    ...settings,
  });
  const platform = await startPlatform(config, {
    logger: pino({ level: process.env.TEST_LOG ?? 'silent' }),
    ...(services && { services }),
    ...(database && { database }),
  });
  t.after(async () => {
    await platform.close();
    await rm(dataDir, { recursive: true });
  });
  return {
    app: platform.app,
    publicUrl: config.publicUrl,
    firstPassword: platform.firstPassword,
    /** The `Authorization` header of a user with this role. @param claims others of the token, such as `auth_time` */
    authorizationOf: async (sub: string, role: string, seconds = 300, claims: Readonly<Record<string, unknown>> = {}) =>
      `Bearer ${await issuer.token({
        ...claims,
        sub,
        roles: [role],
        ...(ORGANISATIONS[role] !== undefined && { organisation: ORGANISATIONS[role] }),
        exp: Math.floor(Date.now() / 1000) + seconds,
      })}`,
  };
}
