import { pino } from 'pino';
import type { Database } from '../../src/database/database.ts';
import { type BrokerOptions, createBroker } from '../../src/main.ts';

export type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** A broker, called over HTTP in one tenant. */
export async function startTemporalBroker(
  db: Database,
  tenant: string,
  temporalPageSize?: number,
  options: Partial<BrokerOptions> = {},
) {
  const broker = await createBroker({
    db,
    publicUrl: 'http://localhost:1026',
    offline: true,
    logger: pino({ level: process.env.LOG_LEVEL ?? 'silent' }),
    instance: `test-${tenant}`,
    ...(temporalPageSize !== undefined && { temporalPageSize }),
    // The storage is that of the prepared database: a hypertable stays one.
    historyStorage: 'partitions',
    ...options,
  });
  return {
    broker,
    /** @param path below `/ngsi-ld/v1` */
    ask(method: Method, path: string, body?: unknown, contentType = 'application/json') {
      return broker.app.inject({
        method,
        url: `/ngsi-ld/v1${path}`,
        headers: { 'ngsild-tenant': tenant, ...(body !== undefined && { 'content-type': contentType }) },
        ...(body !== undefined && { payload: JSON.stringify(body) }),
      });
    },
    close: () => broker.close(),
  };
}

export type TemporalBroker = Awaited<ReturnType<typeof startTemporalBroker>>;
