import { execFile } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { withPaths } from './emit.ts';

/**
 * Writes the types of what a package exports beside its JavaScript.
 *
 * @param exported files of the repository
 * @throws Error: they have faults of types
 */
export async function emitDeclarations(
  root: string,
  exported: readonly string[],
  all: ReadonlyMap<string, string>,
  target: string,
): Promise<void> {
  const config = join(target, 'tsconfig.json');
  const folders = [...new Set(exported.map((path) => dirname(path)))];
  const options = {
    noEmit: false,
    declaration: true,
    emitDeclarationOnly: true,
    incremental: false,
    tsBuildInfoFile: null,
    rootDir: root,
    outDir: target,
    typeRoots: [join(root, 'node_modules/@types')],
  };
  const include = folders.map((folder) => join(root, folder, '**/*.d.ts'));
  const files = exported.map((path) => join(root, path));
  await writeFile(
    config,
    JSON.stringify({ extends: join(root, 'tsconfig.json'), compilerOptions: options, files, include }),
  );
  const compiler = join(root, 'node_modules/typescript/bin/tsc');
  await promisify(execFile)(process.execPath, [compiler, '-p', config]);
  await rm(config);
  for (const file of globSync('**/*.d.ts', { cwd: target })) {
    const path = join(target, file);
    await writeFile(path, withPaths(readFileSync(path, 'utf8'), file, root, all));
  }
}
