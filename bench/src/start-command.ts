import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** What `npm start` of a workspace gives to node: its options and the program. Empty: of the whole product. */
export function startArguments(workspace: '' | 'broker'): string[] {
  const folder = new URL(workspace === '' ? '../../' : `../../${workspace}/`, import.meta.url);
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as {
    scripts: { start: string };
  };
  const [, ...given] = scripts.start.split(' ');
  const program = given.pop() as string; // ends with it
  return [...given, fileURLToPath(new URL(program, folder))];
}
