import { migrate } from '@alzette/broker';
import { accountNames, linkForAccount, makeAccount, migrationsFolder } from '@alzette/identity';
import { readConfig } from '../config.ts';
import { reachDatabase } from '../reach-database.ts';
import { type Command, readArguments, UsageError } from './command.ts';

/** Accounts, for operators with access to the database. Users who can sign in manage them in the portal. */
export const listUsers: Command = {
  usage: 'alzette user list                 lists accounts with their roles',
  async run(args, environment) {
    readArguments(args, {});
    for (const { username, roles, enabled } of await withAccounts(environment, accountNames)) {
      console.log(`${username.padEnd(24)} ${roles.join(', ')}${enabled ? '' : ' (disabled)'}`);
    }
    return 0;
  },
};

export const addUser: Command = {
  usage: `alzette user add <name> --role <role>… [--email <address>] [--organisation <id>]
    creates an account and prints the link by which its owner chooses a password; with the embedded database the product
    must be stopped meanwhile`,
  async run(args, environment) {
    const { values, positionals } = readArguments(args, {
      role: { type: 'string', multiple: true },
      email: { type: 'string' },
      organisation: { type: 'string' },
    });
    const username = oneName(positionals);
    const { role: roles = [], email, organisation } = values;
    if (roles.length === 0) throw new UsageError('--role: expected at least one');
    const account = { username, roles, ...(email && { email }), ...(organisation && { organisation }) };
    const { publicUrl } = readConfig(environment);
    const link = await withAccounts(environment, (db) => makeAccount(db, publicUrl, account));
    console.log(`${username} chooses a password at ${link}`);
    return 0;
  },
};

export const linkForUser: Command = {
  usage: 'alzette user link <name>          prints a link for choosing a new password',
  async run(args, environment) {
    const username = oneName(readArguments(args, {}).positionals);
    const { publicUrl } = readConfig(environment);
    const link = await withAccounts(environment, (db) => linkForAccount(db, publicUrl, username));
    if (link === undefined) throw new Error(`there is no account ${username}`);
    console.log(link);
    return 0;
  },
};

type Db = Parameters<typeof accountNames>[0];

async function withAccounts<T>(environment: NodeJS.ProcessEnv, work: (db: Db) => Promise<T>): Promise<T> {
  const db = await reachDatabase(readConfig({ ...environment, DEMO: 'off' }));
  try {
    await migrate(db, migrationsFolder, 'identity');
    return await work(db);
  } finally {
    await db.close();
  }
}

function oneName(positionals: readonly string[]): string {
  const [name, ...others] = positionals;
  if (name === undefined || others.length > 0) throw new UsageError('name: expected one');
  return name;
}
