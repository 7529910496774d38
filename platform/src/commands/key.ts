import { type Command, readArguments, UsageError, withOperator } from './command.ts';

/** API keys, for operators with access to the database. */
export const listKeys: Command = {
  usage: 'alzette key list                  lists API keys, without the keys themselves',
  async run(args, environment) {
    readArguments(args, {});
    for (const { id, title, scopes, revokedAt } of await withOperator(environment, (operator) => operator.keys())) {
      console.log(`${id}  ${title.padEnd(24)} ${scopes.join(', ')}${revokedAt === undefined ? '' : ' (revoked)'}`);
    }
    return 0;
  },
};

export const addKey: Command = {
  usage: `alzette key add <title> --role <role>… --scope read|write|subscribe|admin… [--expires <time>]
    creates an API key, which is shown only once`,
  async run(args, environment) {
    const { values, positionals } = readArguments(args, {
      role: { type: 'string', multiple: true },
      scope: { type: 'string', multiple: true },
      expires: { type: 'string' },
    });
    const [title, ...others] = positionals;
    if (title === undefined || others.length > 0) throw new UsageError('title: expected one');
    const { role: roles = [], scope: scopes = [], expires } = values;
    const document = { title, roles, scopes, ...(expires && { expiresAt: expires }) };
    const { id, key } = await withOperator(environment, (operator) => operator.makeKey(document));
    console.error(`Key ${id}, shown only once:`);
    console.log(key);
    return 0;
  },
};

export const revokeKey: Command = {
  usage: 'alzette key revoke <id>           refuses an API key from now on',
  async run(args, environment) {
    const [id, ...others] = readArguments(args, {}).positionals;
    if (id === undefined || others.length > 0) throw new UsageError('id: expected one');
    if (await withOperator(environment, (operator) => operator.revokeKey(id))) return 0;
    console.error(`There is no valid key ${id}.`);
    return 1;
  },
};
