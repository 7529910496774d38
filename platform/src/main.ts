#!/usr/bin/env node
import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';
import { banner } from './banner.ts';
import { type Config, ConfigError, readConfig } from './config.ts';
import { type Platform, startPlatform } from './platform.ts';
import { StartError } from './start-error.ts';

const CLOSE_WITHIN_MS = 15_000;

try {
  const config = readConfig(process.env);
  await run(config);
} catch (error) {
  console.error(toLines(error));
  process.exit(1);
}

async function run(config: Config): Promise<void> {
  const platform = await startPlatform(config, { logger: createLogger(config), say });
  say(`\n${banner(config, platform.demo, performance.now())}\n`);
  const { firstPassword } = platform;
  if (firstPassword) say(`  Sign in as "${firstPassword.username}" with ${firstPassword.password}: told this once.\n`);
  stopOnSignal(platform);
}

function createLogger({ logLevel }: Config): Logger {
  // A person watches a terminal; a collector reads JSON.
  const stream = process.stdout.isTTY ? pretty({ ignore: 'pid,hostname', translateTime: 'SYS:HH:MM:ss' }) : undefined;
  return stream ? pino({ level: logLevel }, stream) : pino({ level: logLevel });
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

function stopOnSignal(platform: Platform): void {
  let isStopping = false;
  const stop = async () => {
    if (isStopping) process.exit(1);
    isStopping = true;
    say('Stopping… (again to stop at once)');
    setTimeout(() => process.exit(1), CLOSE_WITHIN_MS).unref();
    await platform.close();
    process.exit(0);
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function toLines(error: unknown): string {
  if (error instanceof ConfigError || error instanceof StartError) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
