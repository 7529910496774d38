import { text } from 'node:stream/consumers';
import { type Command, readArguments, UsageError, withOperator } from './command.ts';

const PASSWORD = 'READER_PASSWORD';

/** Manages database roles that read the SQL views (docs/sql-views.md). */
export const setReaderCommand: Command = {
  usage: `alzette views reader <role> --tenant <name>… | --all-tenants
    creates a role that may read the views, or sets its password and tenants again;
    the password comes from ${PASSWORD} or from standard input ("" is the default tenant)`,
  async run(args, environment) {
    const { values, positionals } = readArguments(args, {
      tenant: { type: 'string', multiple: true },
      'all-tenants': { type: 'boolean', default: false },
    });
    const role = oneRole(positionals);
    const tenants = values['all-tenants'] ? ['*'] : (values.tenant ?? []);
    if (tenants.length === 0) throw new UsageError('--tenant: expected at least one, or --all-tenants');
    const password = environment[PASSWORD] ?? (await text(process.stdin)).replace(/\r?\n$/, '');
    const others = await withOperator(environment, (operator) => operator.setReader({ role, tenants }, password));
    console.log(`${role} may read the views of ${tenants.map(shownTenant).join(', ')}.`);
    if (others.length > 0) {
      console.log(
        `It may still ${others.join('; ')}: run this command as a superuser to forbid that (docs/sql-views.md).`,
      );
    }
    return 0;
  },
};

export const listReaders: Command = {
  usage: 'alzette views readers            lists them',
  async run(args, environment) {
    readArguments(args, {});
    for (const { role, tenants } of await withOperator(environment, (operator) => operator.readers())) {
      console.log(`${role}: ${tenants.map(shownTenant).join(', ')}`);
    }
    return 0;
  },
};

export const dropReaderCommand: Command = {
  usage: 'alzette views drop-reader <role>',
  async run(args, environment) {
    const role = oneRole(readArguments(args, {}).positionals);
    if (await withOperator(environment, (operator) => operator.dropReader(role))) return 0;
    console.error(`${role} is no reader of these views.`);
    return 1;
  },
};

export const refreshViewsCommand: Command = {
  usage: `alzette views refresh [--rebuild]
    creates missing views of types and attributes;
    --rebuild creates all views again, with columns based on what most entities have now`,
  async run(args, environment) {
    const { values } = readArguments(args, { rebuild: { type: 'boolean', default: false } });
    await withOperator(environment, (operator) => operator.refreshViews(values.rebuild));
    return 0;
  },
};

function oneRole(positionals: readonly string[]): string {
  const [role, ...others] = positionals;
  if (role === undefined || others.length > 0) throw new UsageError('role: expected one name');
  return role;
}

function shownTenant(tenant: string): string {
  return tenant === '*' ? 'all tenants' : tenant === '' ? 'the default tenant' : tenant;
}
