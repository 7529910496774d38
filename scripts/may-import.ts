import { globSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { circlesIn } from './import-circles.ts';
import { LAYERS, PACKAGES, TYPES_FROM_ABOVE } from './import-rooms.ts';

interface Import {
  readonly file: string;
  /** The specifier as written. */
  readonly target: string;
  /** The path of the imported file in the repository; undefined: a package. */
  readonly imported: string | undefined;
  readonly isType: boolean;
}

const IMPORT =
  /^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|^import\s+()'([^']+)'|\bimport\(\s*()'([^']+)'/gm;
/** The room of a service's contract, on which all its rooms may stand. */
const CONTRACT = 'contract';
/** A browser loads the paths of a contract alone, never its schemas. */
const OF_CONTRACTS = /^@alzette\/[\w-]+\/(contract|paths)$/;
const BROWSERS: ReadonlySet<string> = new Set(['portal', 'mobile', 'web']);
const root = resolve(import.meta.dirname, '..');

function importsOf(file: string): Import[] {
  const text = readFileSync(resolve(root, file), 'utf8');
  return [...text.matchAll(IMPORT)].map((match) => {
    const target = match[2] ?? match[4] ?? match[6] ?? '';
    const imported = target.startsWith('.') ? fromRoot(resolve(root, dirname(file), target)) : undefined;
    return { file, target, imported, isType: match[1] !== undefined };
  });
}

function fromRoot(path: string): string {
  return relative(root, path).split(sep).join('/');
}

function faultOf({ file, target, imported, isType }: Import): string | undefined {
  if (imported === undefined) return packageFault(file, target, isType);
  const from = file.split('/')[0] as string;
  if (from === 'bench' && imported.startsWith('scripts/')) return undefined;
  if (imported.split('/')[0] !== from) return ': another package is imported by its name';
  const source = Object.keys(LAYERS).find((folder) => file.startsWith(`${folder}/`));
  if (source === undefined || !imported.startsWith(`${source}/`)) return undefined;
  return roomFault(source, file.slice(source.length + 1), imported.slice(source.length + 1), isType);
}

function roomFault(source: string, file: string, imported: string, isType: boolean): string | undefined {
  // Files outside all folders assemble the package.
  if (!file.includes('/') || !imported.includes('/')) return undefined;
  const [from, to] = [roomOf(source, file), roomOf(source, imported)];
  if (from === undefined) return `: ${dirname(file)} is no room that scripts/import-rooms.ts names`;
  if (to === undefined || from.room === to.room || from.layer > to.layer) return undefined;
  const isAllowed = TYPES_FROM_ABOVE.some(
    ([where, one, other]) => `${where} ${one} ${other}` === `${source} ${from.room} ${to.room}`,
  );
  return isType && isAllowed ? undefined : ` (${to.room} is not below ${from.room})`;
}

/** The longest room that contains a file; in `features/`, each folder is one. */
function roomOf(source: string, file: string): { readonly room: string; readonly layer: number } | undefined {
  const rooms = (LAYERS[source] ?? []).flatMap((names, layer) => names.split(' ').map((room) => ({ room, layer })));
  const holding = rooms.filter(({ room }) => file.startsWith(`${room}/`));
  const found = holding.sort((a, b) => b.room.length - a.room.length)[0];
  if (found === undefined && file.startsWith(`${CONTRACT}/`)) return { room: CONTRACT, layer: -1 };
  if (found?.room !== 'features') return found;
  return { ...found, room: file.split('/').slice(0, 2).join('/') };
}

function packageFault(file: string, target: string, isType: boolean): string | undefined {
  if (!target.startsWith('@alzette/')) return undefined;
  const from = file.split('/')[0] as string;
  const [, part] = OF_CONTRACTS.exec(target) ?? [];
  if (BROWSERS.has(from) && part !== undefined) {
    return part === 'contract' && !isType ? ' (types alone: a browser must not load the schemas)' : undefined;
  }
  const name = target.split('/').slice(0, 2).join('/');
  return PACKAGES[from]?.includes(name) || PACKAGES[from]?.includes(target)
    ? undefined
    : ` (${from} may import ${PACKAGES[from]?.join(', ') || 'none of ours'})`;
}

const files = globSync(
  Object.keys(PACKAGES).map((folder) => `${folder}/**/src/**/*.{ts,vue}`),
  {
    cwd: root,
    exclude: (path) => path.includes('node_modules') || path.includes('/dist'),
  },
)
  .map((file) => file.split(sep).join('/'))
  .filter((file) => !file.endsWith('.test.ts'));
const imports = files.flatMap(importsOf);
const faults = imports.flatMap((each) => {
  const fault = faultOf(each);
  return fault === undefined ? [] : [`${each.file}: may not import ${each.target}${fault}`];
});
for (const circle of circlesIn(files, imports)) faults.push(`import circle: ${circle.join(', ')}`);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
