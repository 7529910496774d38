import { type TestContext, test } from 'node:test';
import { chosenBy, isOnCluster } from '@alzette/broker/test-support';
import { startGuardedPlatform } from '../support/guarded-platform.ts';
import { ownDatabase } from '../support/own-database.ts';
import { freePort } from '../support/platform-process.ts';

export type LightingProduct = Awaited<ReturnType<typeof startLighting>>;

const DATABASES = [
  ...(process.env.TEST_DATABASE_URL ? [{ label: 'PostgreSQL', url: process.env.TEST_DATABASE_URL }] : []),
  ...(isOnCluster ? [] : [{ label: 'embedded' }]),
];

export interface Step {
  readonly name: string;
  run(product: LightingProduct): Promise<void>;
}

/** Test steps in the whole product, on the embedded database or on PostgreSQL, like `eachDatabase`. */
export function onEachDatabase(
  name: string,
  steps: readonly Step[],
  tenant = '',
  settings: Readonly<Record<string, string>> = {},
): void {
  for (const { label, url } of chosenBy(name, DATABASES)) {
    test(`${name} (${label})`, async (t) => {
      const database = url === undefined ? undefined : await ownDatabase(url, 'lighting');
      const product = await startLighting(t, tenant, {
        ...settings,
        DATABASE_URL: database?.url,
      });
      t.after(() => database?.drop());
      for (const step of steps) await t.test(`${step.name} (${label})`, () => step.run(product));
    });
  }
}

export async function startLighting(
  t: TestContext,
  tenant: string,
  settings: Readonly<Record<string, string | undefined>> = {},
) {
  const mqttPort = await freePort();
  const { app, publicUrl, authorizationOf } = await startGuardedPlatform(t, {
    MQTT_PORT: String(mqttPort),
    ...settings,
  });
  const authorization = await authorizationOf('ada', 'administrator');
  const context = `<${publicUrl}/contexts/territory/v3.jsonld>; rel="http://www.w3.org/ns/json-ld#context"; type="application/ld+json"`;
  const ask = async (
    method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
    url: string,
    payload?: unknown,
    headers: Readonly<Record<string, string>> = {},
  ) => {
    const isEntities = url.startsWith('/ngsi-ld/');
    const answer = await app.inject({
      method,
      url,
      headers: {
        authorization,
        ...(tenant !== '' && { 'ngsild-tenant': tenant }),
        ...(isEntities && { link: context }),
        ...(payload !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(payload !== undefined && { payload: payload as string | object }),
    });
    return answer;
  };
  return { app, publicUrl, mqttPort, authorizationOf, ask };
}
