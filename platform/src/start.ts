import { reportReady, superviseWorkers, workerNumber } from '@alzette/broker/workers';
import { createLogger } from '@alzette/kit/outages';
import { SettingsError } from '@alzette/kit/settings';
import { traceOfLog } from '@alzette/kit/tracing';
import { banner, type DemoSize } from './banner.ts';
import { type Config, readConfig } from './config.ts';
import { checkPorts } from './listening/ports.ts';
import type { Platform, Serving } from './platform.ts';
import { reachDatabase } from './reach-database.ts';
import { StartError } from './start-error.ts';
import { collectGarbage } from './starting/collect-garbage.ts';

const NOTHING_LOST = 'Ended before the database was closed. Nothing is lost; what remains is done after the next start';
const notDone = (requests: number) =>
  `Ended with ${requests} requests unanswered, which may or may not have been carried out`;
/** Less than ten seconds, because a process that ends has to be torn down too. */
const CLOSE_WITHIN_MS = 8_000;

try {
  const config = readConfig(process.env);
  if (config.workers > 1 && workerNumber() === undefined) await supervise(config);
  else await run(config);
} catch (error) {
  console.error(toLines(error));
  process.exit(1);
}

async function run(config: Config): Promise<void> {
  const worker = workerNumber();
  if (worker === undefined) await checkPorts(config);
  // Opening the embedded database takes two seconds. Meanwhile the rest of the program is loaded.
  const database = reachDatabase(config);
  database.catch(() => {}); // startPlatform reports the error
  const { startPlatform } = await import('./platform.ts'); // not needed by a process that only supervises workers
  const { logger, outages } = await openLog(config);
  let serving: Serving | undefined;
  const onServing = (now: Serving) => {
    serving = now;
  };
  const starting = startPlatform(config, {
    ...{ logger, outages, say, database, beforeServing: collectGarbage, onServing },
    ...(worker && { worker }),
  });
  stopOnSignal(starting, () => serving, config, worker !== undefined);
  const { demo, firstPassword } = await starting;
  if (worker === undefined) showBanner(config, demo);
  else reportReady(demo && sizeOf(demo));
  if (firstPassword)
    say(`  Sign in as "${firstPassword.username}" with ${firstPassword.password}; this password is shown only once.\n`);
}

/** Only what can be sent to another process. */
function sizeOf({ lamps, cabinets, containers }: DemoSize): DemoSize {
  return { lamps, cabinets, containers };
}

/** Runs the program in several processes, and ends when they have ended. */
async function supervise(config: Config): Promise<void> {
  await checkPorts(config);
  const code = await superviseWorkers({
    count: config.workers,
    say,
    onUp: (demo) => showBanner(config, demo as DemoSize | undefined), // as sent by workers
    stopWithinMs: CLOSE_WITHIN_MS + (config.drainMs ?? 0),
  });
  process.exit(code);
}

function showBanner(config: Config, demo: DemoSize | undefined): void {
  say(`\n${banner(config, demo, performance.now())}\n`);
}

async function openLog({ logLevel }: Config): Promise<ReturnType<typeof createLogger>> {
  // Text for a person at a terminal, JSON for a log collector.
  const options = { level: logLevel, mixin: traceOfLog };
  if (!process.stdout.isTTY) return createLogger(options);
  const { default: pretty } = await import('pino-pretty');
  return createLogger(options, pretty({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }));
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Handles signals from the beginning of the start, during which requests may already be answered. */
function stopOnSignal(
  starting: Promise<Platform>,
  serving: () => Serving | undefined,
  { drainMs }: Config,
  isWorker: boolean,
): void {
  let isStopping = false;
  const end = (message?: string) => {
    const open = serving()?.unanswered() ?? 0;
    if (open > 0) say(notDone(open));
    else if (message !== undefined) say(message);
    process.exit(open === 0 ? 0 : 1);
  };
  const close = async () => {
    await serving()?.drain();
    const platform = await starting;
    await platform.close();
  };
  const stop = () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    if (serving() === undefined) process.exit(0); // nobody has been answered yet
    if (!isWorker) say('Stopping… (again to stop at once)');
    setTimeout(() => end(NOTHING_LOST), CLOSE_WITHIN_MS + (drainMs ?? 0)).unref();
    close().then(
      () => end(),
      () => end(NOTHING_LOST), // the start has failed and says why
    );
  };
  // Ctrl+C reaches all processes of a terminal. Workers wait until the process that started them tells them to stop.
  process.on('SIGINT', isWorker ? () => {} : stop);
  process.on('SIGTERM', stop);
}

function toLines(error: unknown): string {
  if (error instanceof SettingsError || error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
