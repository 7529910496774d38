import { globSync, readFileSync } from 'node:fs';
import { cp, mkdir, writeFile } from 'node:fs/promises';
import { isBuiltin, stripTypeScriptTypes } from 'node:module';
import { dirname, join, posix, relative } from 'node:path';

/** The members of a workspace's `package.json` that are needed. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly dependencies?: { readonly [name: string]: string };
  readonly exports?: { readonly [path: string]: string };
  readonly bin?: { readonly [command: string]: string };
}

const SCOPE = '@alzette/';
const LEFT_OUT = /(?:^|\/)(?:test|bench|node_modules|dist)(?:\/|$)|\.test\.ts$|\.test-types\.ts$/;
const SPECIFIER = /(['"])((?:@alzette\/|\.\.?\/)[\w@./-]+)\1/g;
// Matches a line that ends with the specifier, or a call.
const EXTERNAL =
  /(?:\bfrom |\bimport )'((?:@[\w-]+\/)?[\w-]+)(?:\/[^']*)?'(?: with \{.*\})?;$|\b(?:import|require)\('((?:@[\w-]+\/)?[\w-]+)(?:\/[^']*)?'\)/gm;

export function manifestOf(root: string, folder: string): Manifest {
  return JSON.parse(readFileSync(join(root, folder, 'package.json'), 'utf8'));
}

/** Workspaces and the workspaces that they depend on, by name. */
export function closureOf(root: string, folders: readonly string[], all: ReadonlyMap<string, string>): string[] {
  const found = new Set<string>();
  const visit = (folder: string) => {
    if (found.has(folder)) return;
    found.add(folder);
    for (const name of Object.keys(manifestOf(root, folder).dependencies ?? {})) {
      const next = all.get(name);
      if (next !== undefined) visit(next);
    }
  };
  for (const folder of folders) visit(folder);
  return [...found].sort();
}

/**
 * Copies workspaces to a folder in the layout of the repository: TypeScript becomes JavaScript, line by line, and
 * imports of other workspaces become paths. @returns the external packages that they import
 */
export async function emitWorkspaces(
  root: string,
  folders: readonly string[],
  all: ReadonlyMap<string, string>,
  target: string,
): Promise<Set<string>> {
  const imported = new Set<string>();
  for (const folder of folders) {
    for (const path of globSync('**/*', { cwd: join(root, folder), exclude: (name) => name === 'node_modules' })) {
      const file = posix.join(folder, path);
      if (LEFT_OUT.test(path) || !/\.\w+$/.test(path)) continue;
      const to = join(target, file);
      await mkdir(dirname(to), { recursive: true });
      if (path === 'package.json') {
        const text = readFileSync(join(root, file), 'utf8');
        await writeFile(to, text.replace(/("\.\/src\/[^"]*)\.ts"/g, '$1.js"'));
        continue;
      }
      if (!/(?<!\.d)\.ts$/.test(path)) {
        await cp(join(root, file), to, { recursive: true });
        continue;
      }
      const code = stripTypeScriptTypes(readFileSync(join(root, file), 'utf8'), { mode: 'strip' });
      const text = withPaths(code, file, root, all);
      for (const [, byLine, byCall = ''] of text.matchAll(EXTERNAL)) {
        const name = byLine ?? byCall;
        if (!isBuiltin(name) && name !== 'node') imported.add(name);
      }
      await writeFile(to.replace(/\.ts$/, '.js'), text);
    }
  }
  return imported;
}

/** The text of a file with imports of workspaces as paths, and of TypeScript as JavaScript. */
export function withPaths(text: string, file: string, root: string, all: ReadonlyMap<string, string>): string {
  return text.replace(SPECIFIER, (whole, quote: string, specifier: string) => {
    const path = specifier.startsWith(SCOPE) ? fromFile(file, pathOf(root, specifier, all)) : specifier;
    return path === undefined ? whole : `${quote}${path.replace(/\.ts$/, '.js')}${quote}`;
  });
}

/** The path of an import in the repository; undefined: it belongs to no workspace. */
function pathOf(root: string, specifier: string, all: ReadonlyMap<string, string>): string | undefined {
  const [, scope, name, rest = ''] = /^(@alzette)\/([\w-]+)(\/.*)?$/.exec(specifier) ?? [];
  const folder = all.get(`${scope}/${name}`);
  if (folder === undefined) return undefined;
  const { exports = {} } = manifestOf(root, folder);
  const exact = exports[`.${rest}`];
  if (exact !== undefined) return posix.join(folder, exact);
  for (const [pattern, to] of Object.entries(exports)) {
    const [before = '', behind = ''] = pattern.split('*');
    const sub = `.${rest}`;
    if (!pattern.includes('*') || !sub.startsWith(before) || !sub.endsWith(behind)) continue;
    return posix.join(folder, to.replace('*', sub.slice(before.length, sub.length - behind.length)));
  }
  throw new Error(`${specifier} is not exported by ${folder}`);
}

function fromFile(file: string, path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  const way = relative(dirname(file), path);
  return way.startsWith('.') ? way : `./${way}`;
}
