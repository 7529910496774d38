import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

const SOURCE = new URL('./service-worker.js', import.meta.url);

interface ServiceWorkerOptions {
  /** What of the build is stored for when there is no network: patterns within it. */
  readonly store: readonly string[];
  readonly except: readonly string[];
}

/** Writes `sw.js` beside a build: `service-worker.js` with the files that it stores. */
export function serviceWorker({ store, except }: ServiceWorkerOptions): Plugin {
  return {
    name: 'alzette-service-worker',
    apply: 'build',
    writeBundle({ dir = 'dist' }) {
      const files = globSync([...store], { cwd: dir, exclude: [...except] }).sort();
      const hash = createHash('sha256');
      for (const file of files) hash.update(file).update(readFileSync(join(dir, file)));
      const source = readFileSync(SOURCE, 'utf8');
      const version = hash.update(source).digest('hex').slice(0, 16);
      const declared = `const FILES = ${JSON.stringify(files)};\nconst VERSION = ${JSON.stringify(version)};\n`;
      writeFileSync(join(dir, 'sw.js'), declared + source);
    },
  };
}
