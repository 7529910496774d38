import { helpOf, helpOfAll, readGiven, UsageError } from './command.ts';
import { COMMANDS } from './commands.ts';
import { faults } from './faults-command.ts';

/**
 * Runs the drill that the arguments name, or shows help.
 *
 * @returns the exit code: 0: everything was right; 1: something was not; 2: the arguments are wrong
 */
export async function runCommand(
  args: readonly string[],
  say: (text: string) => void,
  complain: (text: string) => void,
): Promise<number> {
  const [first] = args;
  const wantsHelp = args.includes('--help') || args.includes('-h');
  const named = COMMANDS.find(({ name }) => name === first);
  if (first === undefined || (wantsHelp && first.startsWith('-'))) {
    say(helpOfAll(COMMANDS));
    return first === undefined ? 2 : 0;
  }
  const command = named ?? faults;
  if (wantsHelp) {
    say(helpOf(command));
    return 0;
  }
  try {
    return (await command.run(readGiven(command, named ? args.slice(1) : args, say))) ? 0 : 1;
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    complain(`${error.message}\nnpm run drill -- --help lists the drills.`);
    return 2;
  }
}
