import { migrate } from '@alzette/broker';
import { breakGlass, migrationsFolder } from '@alzette/identity';
import type { Config } from './config.ts';
import { reachDatabase } from './reach-database.ts';
import { StartError } from './start-error.ts';

const HOURS = { default: 4, most: 72 };

/**
 * `alzette break-glass [HOURS]`: an administrator for some hours, when nobody else can sign in. With the embedded
 * database the program itself must be stopped meanwhile.
 *
 * @returns what to tell who asked
 * @throws StartError: it can't be done
 */
export async function openBreakGlass(config: Config, argument = String(HOURS.default)): Promise<string> {
  const hours = Number(argument);
  if (!(hours > 0 && hours <= HOURS.most)) {
    throw new StartError(`break-glass: got "${argument}" hours, expected a number up to ${HOURS.most}`);
  }
  const db = await reachDatabase(config);
  try {
    await migrate(db, migrationsFolder, 'identity');
    const { username, password, expiresAt } = await breakGlass(db, hours);
    return `User name: ${username}\nPassword:  ${password}\nGood until ${expiresAt.toISOString()}; told this once.`;
  } finally {
    await db.close();
  }
}
