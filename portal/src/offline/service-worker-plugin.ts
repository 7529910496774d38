import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const SOURCE = new URL('./service-worker.js', import.meta.url);

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly css?: readonly string[];
  readonly assets?: readonly string[];
}
type Manifest = Readonly<Record<string, Chunk>>;

interface ServiceWorkerOptions {
  /** Keys in the build's manifest; their static imports are stored too. */
  readonly pages: readonly string[];
  /** Other files of the build. */
  readonly files: readonly string[];
  readonly except: RegExp;
}

/**
 * Writes `sw.js` into a build: `service-worker.js` with the list of files to store.
 *
 * @throws Error: a page is not in the build
 */
export function serviceWorker({ pages, files, except }: ServiceWorkerOptions): Plugin {
  return {
    name: 'alzette-portal-service-worker',
    apply: 'build',
    writeBundle({ dir = 'dist' }) {
      const manifest = JSON.parse(readFileSync(join(dir, '.vite/manifest.json'), 'utf8')) as Manifest;
      const found = new Set([...files, ...pages.flatMap((key) => filesOf(manifest, key))]);
      const stored = [...found].filter((file) => !except.test(file)).sort();
      const hash = createHash('sha256');
      for (const file of stored) hash.update(file).update(readFileSync(join(dir, file)));
      const source = readFileSync(SOURCE, 'utf8');
      const version = hash.update(source).digest('hex').slice(0, 16);
      const declared = `const FILES = ${JSON.stringify(stored)};\nconst VERSION = ${JSON.stringify(version)};\n`;
      writeFileSync(join(dir, 'sw.js'), declared + source);
    },
  };
}

function filesOf(manifest: Manifest, key: string, seen = new Set<string>()): string[] {
  if (seen.has(key)) return [];
  seen.add(key);
  const chunk = manifest[key];
  if (chunk === undefined) throw new Error(`service worker: ${key} is not in the build`);
  const { file, imports = [], css = [], assets = [] } = chunk;
  return [file, ...css, ...assets, ...imports.flatMap((each) => filesOf(manifest, each, seen))];
}
