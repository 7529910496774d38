import { createHash } from 'node:crypto';
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build, type Plugin } from 'vite';

const SOURCE = new URL('./service-worker.js', import.meta.url);

interface ServiceWorkerOptions {
  /** Files of the build to store for offline use: glob patterns. */
  readonly store: readonly string[];
  readonly except: readonly string[];
  /** An additional module for the worker, bundled with its imports. */
  readonly include: URL;
}

/** Writes `sw.js` into a build: `service-worker.js` with the list of files to store and the included module. */
export function serviceWorker({ store, except, include }: ServiceWorkerOptions): Plugin {
  return {
    name: 'alzette-service-worker',
    apply: 'build',
    async writeBundle({ dir = 'dist' }) {
      const files = globSync([...store], { cwd: dir, exclude: [...except] }).sort();
      const hash = createHash('sha256');
      for (const file of files) hash.update(file).update(readFileSync(join(dir, file)));
      const source = `${await bundle(include)}\n${readFileSync(SOURCE, 'utf8')}`;
      const version = hash.update(source).digest('hex').slice(0, 16);
      const declared = `const FILES = ${JSON.stringify(files)};\nconst VERSION = ${JSON.stringify(version)};\n`;
      writeFileSync(join(dir, 'sw.js'), declared + source);
    },
  };
}

/** Bundles a module and its imports into one script. */
async function bundle(entry: URL): Promise<string> {
  const built = await build({
    configFile: false,
    logLevel: 'warn',
    publicDir: false,
    build: {
      write: false,
      lib: { entry: fileURLToPath(entry), formats: ['iife'], name: 'included' },
    },
  });
  const [first] = [built].flat();
  if (first === undefined || !('output' in first)) throw new Error(`${entry} was not built`);
  return first.output.flatMap((chunk) => (chunk.type === 'chunk' ? chunk.code : [])).join('\n');
}
