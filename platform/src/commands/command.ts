import { type ParseArgsOptionsConfig, parseArgs } from 'node:util';
import { type Operator, openOperator } from '@alzette/broker/operator';
import pino from 'pino';
import { readConfig } from '../config.ts';
import { reachDatabase } from '../reach-database.ts';

/** A command of `alzette`. */
export interface Command {
  /** Its lines in the help. */
  readonly usage: string;
  /** @returns the exit code; @throws UsageError: invalid arguments */
  run(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number>;
}

export class UsageError extends Error {}

/** Runs `work` on the configured database. */
export async function withOperator<T>(
  environment: NodeJS.ProcessEnv,
  work: (operator: Operator) => Promise<T>,
): Promise<T> {
  const config = readConfig({ ...environment, DEMO: 'off' });
  const db = await reachDatabase(config);
  try {
    const { publicUrl, offline, logLevel } = config;
    const operator = await openOperator({ db, publicUrl, offline, logger: pino({ level: logLevel }) });
    try {
      return await work(operator);
    } finally {
      await operator.close();
    }
  } finally {
    await db.close();
  }
}

/** @throws UsageError */
export function readArguments<Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true });
  } catch (error) {
    throw new UsageError((error as Error).message);
  }
}
