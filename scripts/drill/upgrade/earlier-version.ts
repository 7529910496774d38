import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs';
import { dirname, join } from 'node:path';

const PAGES = ['portal/dist', 'mobile/dist', 'docs-site/dist'];

/** The last tag; undefined: there is none. */
export function lastTag(root: string): string | undefined {
  const tags = execFileSync('git', ['tag', '--list', 'v*', '--sort=-version:refname'], { cwd: root, encoding: 'utf8' });
  return tags.split('\n')[0] || undefined;
}

/**
 * Unpacks the sources of an earlier version into a folder. It uses the installed packages and the built pages of this
 * version.
 */
export function unpackVersion(root: string, commit: string, folder: string): void {
  mkdirSync(folder, { recursive: true });
  const archive = execFileSync('git', ['archive', commit], { cwd: root, maxBuffer: 2 ** 30 });
  execFileSync('tar', ['-x', '-C', folder], { input: archive });
  const modules = join(folder, 'node_modules');
  mkdirSync(join(modules, '@alzette'), { recursive: true });
  for (const name of readdirSync(join(root, 'node_modules')))
    if (name !== '@alzette' && name !== '.cache') symlinkSync(join(root, 'node_modules', name), join(modules, name));
  for (const manifest of globSync(['*/package.json', 'services/*/package.json'], { cwd: folder })) {
    if (manifest.startsWith('node_modules/')) continue;
    const { name } = JSON.parse(readFileSync(join(folder, manifest), 'utf8')) as { name: string };
    if (name.startsWith('@alzette/')) symlinkSync(join(folder, dirname(manifest)), join(modules, name));
  }
  for (const pages of PAGES)
    if (existsSync(join(root, pages)) && existsSync(join(folder, dirname(pages))))
      symlinkSync(join(root, pages), join(folder, pages));
}
