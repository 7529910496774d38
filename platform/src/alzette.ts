#!/usr/bin/env node
import { runCommand } from './commands/run-command.ts';

const args = process.argv.slice(2);
if (args[0] === 'demo') {
  process.env.DEMO = 'on';
  delete process.env.DATABASE_URL;
}
if (args.length === 0 || args[0] === 'start' || args[0] === 'demo') await import('./main.ts');
else process.exitCode = await runCommand(args, process.env);
