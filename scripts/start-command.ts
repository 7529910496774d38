import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/** The arguments of node in `npm start` of a workspace: options, launcher and program. Empty: the whole product. */
export function startArguments(workspace: '' | 'broker'): string[] {
  const folder = new URL(workspace === '' ? '../' : `../${workspace}/`, import.meta.url);
  const { scripts } = JSON.parse(readFileSync(new URL('package.json', folder), 'utf8')) as {
    scripts: { start: string };
  };
  const [, ...given] = scripts.start.split(' ');
  return given.map((part) => (part.startsWith('-') ? part : fileURLToPath(new URL(part, folder))));
}
