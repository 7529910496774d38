import { migrate } from '@alzette/broker';
import { breakGlass, migrationsFolder } from '@alzette/identity';
import { readConfig } from '../config.ts';
import { reachDatabase } from '../reach-database.ts';
import { type Command, UsageError } from './command.ts';

const HOURS = { default: 4, most: 72 };

/** Creates an administrator for some hours, for emergencies in which nobody else can sign in. */
export const openBreakGlass: Command = {
  usage: `alzette break-glass open [hours]
    creates an administrator for some hours (default: ${HOURS.default}); with the embedded database the product must be
    stopped meanwhile`,
  async run([argument = String(HOURS.default)], environment) {
    const hours = Number(argument);
    if (!(hours > 0 && hours <= HOURS.most)) {
      throw new UsageError(`got "${argument}" hours, expected a number up to ${HOURS.most}`);
    }
    const db = await reachDatabase(readConfig({ ...environment, DEMO: 'off' }));
    try {
      await migrate(db, migrationsFolder, 'identity');
      const { username, password, expiresAt } = await breakGlass(db, hours);
      console.log(
        `User name: ${username}\nPassword:  ${password}\nValid until ${expiresAt.toISOString()}; shown only once.`,
      );
      return 0;
    } finally {
      await db.close();
    }
  },
};
