import { globSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { circlesIn } from './import-circles.ts';
import { PACKAGES, ROOMS, type Rooms } from './import-rooms.ts';

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
  const source = Object.keys(ROOMS).find((folder) => file.startsWith(`${folder}/`));
  if (source === undefined || !imported.startsWith(`${source}/`)) return undefined;
  return roomFault(ROOMS[source] as Rooms, file.slice(source.length + 1), imported.slice(source.length + 1), isType);
}

function roomFault(rooms: Rooms, file: string, imported: string, isType: boolean): string | undefined {
  // Files outside all folders assemble the package and may import every room.
  if (!file.includes('/')) return undefined;
  const from = roomOf(rooms, file);
  const to = roomOf(rooms, imported);
  if (from === undefined) return `: ${dirname(file)} is no room that scripts/import-rooms.ts names`;
  if (from === to || to === CONTRACT) return undefined;
  const name = to ?? imported.replace(/\.ts$/, '');
  const allowed = rooms[from] as readonly string[];
  const isAllowed = (suffix: string) =>
    allowed.some(
      (rule) =>
        name + suffix === rule ||
        (name.startsWith(`${rule.slice(0, -suffix.length || undefined)}/`) && rule.endsWith(suffix)),
    );
  if (isAllowed('') || (isType && isAllowed(' (types)'))) return undefined;
  return ` (${from} may import ${allowed.join(', ') || 'nothing'})`;
}

function roomOf(rooms: Rooms, file: string): string | undefined {
  const holding = Object.keys(rooms).filter((room) => file.startsWith(`${room}/`));
  return holding.sort((a, b) => b.length - a.length)[0];
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
