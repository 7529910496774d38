import { fileURLToPath } from 'node:url';
import { migrate } from '@alzette/kit/migrate';
import { createLogger } from '@alzette/kit/outages';
import { startTracing, traceOfLog } from '@alzette/kit/tracing';
import { pino } from 'pino';
import { createBroker } from './broker.ts';
import { type BrokerConfig, isForThisMachine, readConfig } from './config.ts';
import { openDatabase, openReplicas } from './database/open-database.ts';
import { metricsRoute } from './http/routes/metrics-route.ts';
import { ownListening, reportReady, superviseWorkers, workerNumber } from './workers.ts';

/** Process managers kill a process after ten seconds. */
const CLOSE_WITHIN_MS = 9_000;

export type { Database, Queryable, Rows, Statement } from './database/database.ts';
export type { GatedWrites, WriteGate } from './entities/write-lane/write-gates.ts';
export type { Door } from './http/requests/door.ts';
export type { Broker, BrokerOptions, Outgoing } from './options.ts';
export { isAnyRunning } from './processes/peers.ts';
export { ensureTenant } from './tenants/tenants.ts';
export { createBroker, migrate, openDatabase, openReplicas };

/** Runs a standalone broker, configured by the environment. */
export async function main(): Promise<void> {
  const config = readConfig(process.env);
  const worker = workerNumber();
  if (config.workers > 1 && worker === undefined) process.exit(await supervise(config));
  const { logger, outages } = createLogger({ level: config.logLevel, mixin: traceOfLog });
  const stopTracing = config.tracing && (await startTracing(config.tracing));
  const { databaseUrl: url, databaseDirectUrl: directUrl, databaseReadUrl: readUrl, dataDir } = config;
  const db = await openDatabase(
    url === undefined
      ? { dataDir }
      : {
          url,
          lockTimeoutMs: config.writeTimeoutMs,
          requestTimeoutMs: config.readTimeoutMs,
          connections: config.databaseConnections,
          ...(directUrl && { directUrl }),
        },
  );
  const replicas = readUrl === undefined ? [] : openReplicas(readUrl);
  const broker = await createBroker({
    ...config,
    db,
    replicas,
    logger,
    outages,
    onFirstKey: (key) => console.log(`The key of an administrator, shown only once: ${key}`),
  });
  metricsRoute(broker.app, () => broker.metrics());
  if (config.access === 'open' && !isForThisMachine(config))
    logger.warn(`ACCESS=open: anyone who reaches ${config.publicUrl} may read and write everything`);
  const end = () => {
    const open = broker.unanswered();
    if (open === 0)
      logger.warn('Ended before the database was updated: nothing is lost, and pending notifications are sent later');
    else logger.error(`Ended with ${open} requests unanswered: they may or may not have been carried out`);
    process.exit(open === 0 ? 0 : 1);
  };
  const close = async () => {
    await broker.drain(config.drainMs);
    await broker.close();
    await stopTracing?.();
    for (const replica of replicas) await replica.db.close();
    await db.close();
    if (worker !== undefined) process.exit(); // otherwise the channel to its primary keeps it running
  };
  const stop = () => {
    setTimeout(end, CLOSE_WITHIN_MS + (config.drainMs ?? 0)).unref();
    close().catch((error) => {
      logger.warn(error, 'A part could not record its end');
      end();
    });
  };
  // Ctrl+C reaches all processes of a terminal. Workers wait until the process that started them tells them to stop.
  if (worker === undefined) process.once('SIGINT', stop);
  else process.on('SIGINT', () => {});
  process.once('SIGTERM', stop);
  await broker.app.listen({ host: config.host, port: config.port, ...ownListening() });
  if (worker !== undefined) reportReady(undefined);
  logger.info(`NGSI-LD API at ${config.publicUrl}/ngsi-ld/v1, database ${db.kind}`);
}

const STOP_WITHIN_MS = 15_000;

/** Runs the broker in several processes. Returns the exit code. */
function supervise({ workers, drainMs, logLevel, publicUrl }: BrokerConfig): Promise<number> {
  const logger = pino({ level: logLevel });
  return superviseWorkers({
    count: workers,
    say: (text) => logger.warn(text),
    onUp: () => logger.info(`${workers} processes serve ${publicUrl}/ngsi-ld/v1`),
    stopWithinMs: STOP_WITHIN_MS + (drainMs ?? 0),
  });
}

if (process.argv[1] === fileURLToPath(import.meta.url)) await main();
