import type { TestContext } from 'node:test';
import { type Broker, createBroker, type Database } from '@alzette/broker';
import { openJobs } from '@alzette/kit/jobs';
import type { ServiceDefinition } from '@alzette/kit/service';
import { demoFolder, readTerritory } from '@alzette/territory';
import type { FastifyInstance } from 'fastify';
import { pino } from 'pino';
import { AUDIENCE, startIssuer } from '../../../broker/test/access/issuer.ts';
import { checkingTenants } from '../../../broker/test/support/tenant-check.ts';
import { openCollectivities } from '../../src/collectivities/open.ts';
import { openCommandGate } from '../../src/commanding/command-gate.ts';
import { readConfig } from '../../src/config.ts';
import { loadDemo } from '../../src/demo-folder.ts';
import { joinMetrics } from '../../src/metrics.ts';
import { startServices } from '../../src/run-services.ts';

/** A broker with services, as in one process of the product. */
export interface ServiceHost {
  readonly app: FastifyInstance;
  readonly broker: Broker;
  /** The port of a service. @throws Error: no service has it */
  port<Port>(name: string): Port;
  /** Sends a request to the application; `headers` may contain the result of `authorizationOf`. */
  ask(method: Method, url: string, body?: unknown, headers?: Readonly<Record<string, string>>): Promise<Answer>;
  /** The headers of a user with these claims: `sub`, `roles`, `organisation`. */
  authorizationOf(claims: Readonly<Record<string, unknown>>): Promise<string>;
  /** Creates the contents of its services in the demo, in the default tenant. */
  startDemo(): Promise<void>;
  stop(): Promise<void>;
}

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: each test knows the content of its answers
  readonly body: any;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface HostOptions {
  readonly access?: 'open' | 'enforced';
  /** Environment variables, e.g. SMTP_URL. */
  readonly settings?: Readonly<Record<string, string>>;
  /** Whether their jobs run; default false. */
  readonly jobs?: boolean;
  /** The folder of the territory; default: that of the demo. */
  readonly territory?: string;
  /** Ports for services, of those that do not run. */
  readonly ports?: object;
}

const ENSURE_TENANT = 'INSERT INTO tenant (name) VALUES ($1) ON CONFLICT DO NOTHING';

/** Starts services on a database that may have several such hosts; everything ends with the test. */
export async function startServiceHost(
  t: Pick<TestContext, 'after'>,
  given: Database,
  definitions: readonly ServiceDefinition[],
  { access = 'open', settings = {}, jobs = false, territory: folder = demoFolder(), ports }: HostOptions = {},
): Promise<ServiceHost> {
  const db = checkingTenants(t, given);
  const issuer = await startIssuer(t);
  const logger = pino({ level: process.env.TEST_LOG ?? 'silent' });
  const config = readConfig({
    ACCESS: access,
    OIDC_ISSUER: issuer.url,
    OIDC_AUDIENCE: AUDIENCE,
    SECRET_KEY: 'the secret key of the tests',
    MQTT_PORT: '0',
    DEMO: 'off',
    CHECK_ANSWERS: 'on',
    PUBLIC_TENANTS: '*',
    ...settings,
  });
  const { publicUrl, publicTenants, outgoing, secretKey } = config;
  const broker = await createBroker({
    db,
    publicUrl,
    logger,
    access,
    publicTenants,
    outgoing,
    issuers: [issuer.url],
    audiences: [AUDIENCE],
    ...(secretKey !== undefined && { secretKey }),
  });
  const metrics = joinMetrics(broker.app, () => broker.metrics());
  const territory = readTerritory(folder);
  const collectivities = await openCollectivities(config, territory, broker, logger);
  const running = await openJobs({
    db,
    app: broker.app,
    logger,
    metrics,
    shares: broker.shares,
    timeZone: territory.timeZone,
  });
  const context = `${publicUrl}/contexts/territory/v1.jsonld`;
  const services = await startServices(definitions, {
    config,
    db,
    broker,
    jobs: running,
    metrics,
    territories: collectivities,
    context,
    commands: openCommandGate(broker, context, logger).commands,
    logger,
    isFirstWorker: true,
    ...(ports && { ports }),
  }).catch(async (error) => {
    await running.stop();
    await collectivities.close();
    await broker.close();
    throw error;
  });
  await broker.app.ready();
  if (jobs) await running.start();
  let isStopped = false;
  const stop = async () => {
    if (isStopped) return;
    isStopped = true;
    await running.stop();
    await services.stop();
    await collectivities.close();
    await broker.close();
  };
  t.after(stop);
  return {
    app: broker.app,
    broker,
    port<Port>(name: string) {
      if (!(name in services.ports)) throw new Error(`no service provides ${name}`);
      return services.ports[name as keyof typeof services.ports] as Port;
    },
    async ask(method, url, body, headers = {}) {
      // Each test has its own tenant, which exists from its first request on.
      const tenant = headers['ngsild-tenant'];
      if (tenant !== undefined) await db.query({ text: ENSURE_TENANT, values: [tenant] });
      const answer = await broker.app.inject({
        method,
        url,
        headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
        ...(body !== undefined && { payload: JSON.stringify(body) }),
      });
      const isJson = String(answer.headers['content-type'] ?? '').includes('json');
      return { status: answer.statusCode, body: isJson ? answer.json() : answer.body, headers: answer.headers };
    },
    authorizationOf: async (claims) => `Bearer ${await issuer.token({ ...claims })}`,
    startDemo: async () => services.startDemo((await loadDemo()).CONTENTS),
    stop,
  };
}
