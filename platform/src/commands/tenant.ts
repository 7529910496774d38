import { type Command, readArguments, UsageError, withOperator } from './command.ts';

/** Moves a tenant of a Citus cluster (docs/scaling.md). */
export const moveTenantCommand: Command = {
  usage: `alzette tenant move <tenant> --to <host:port> [--alone]
    moves a tenant of a Citus cluster to another node, with those of the same shard, while they are served
    ("" is the default tenant); --alone: it gets a shard of its own`,
  async run(args, environment) {
    const { values, positionals } = readArguments(args, {
      to: { type: 'string' },
      alone: { type: 'boolean', default: false },
    });
    const [tenant, ...others] = positionals;
    if (tenant === undefined || others.length > 0) throw new UsageError('tenant: expected one name');
    const [, host = '', port] = /^(.+):(\d{1,5})$/.exec(values.to ?? '') ?? [];
    if (port === undefined) throw new UsageError(`--to: got ${values.to ?? 'nothing'}, expected host:port of a node`);
    const move = { tenant, to: { host, port: Number(port) }, alone: values.alone };
    const isMoved = await withOperator(environment, (operator) => operator.moveTenant(move));
    const name = tenant === '' ? 'The default tenant' : tenant;
    console.log(
      `${name} is ${isMoved ? 'now' : 'already'} on ${values.to}${values.alone ? ', in a shard of its own' : ''}.`,
    );
    return 0;
  },
};
