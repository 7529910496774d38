import { runCommand } from './commands/run-command.ts';

/* npm run drill -- NAME [options]: runs a drill (docs/durability.md). `npm run drill -- --help` lists them. */
process.exit(await runCommand(process.argv.slice(2), console.log, console.error));
