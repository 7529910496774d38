#!/usr/bin/env node
import { runCommand } from './commands/run-command.ts';

const args = process.argv.slice(2);
const [first = 'start'] = args;
// Neither takes arguments: with some they are answered with the usage.
if ((first === 'start' || first === 'demo') && args.length <= 1) {
  if (first === 'demo') {
    process.env.DEMO = 'on';
    delete process.env.DATABASE_URL;
  }
  await import('./main.ts');
} else process.exitCode = await runCommand(args, process.env);
