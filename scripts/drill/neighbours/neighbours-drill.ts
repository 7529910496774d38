import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { eventually } from '@alzette/kit/testing';
import { startPlatformProcess } from '../../../platform/test/support/platform-process.ts';
import { findProgram } from '../../programs.ts';

/** A layer of the project as QGIS reads it. */
interface Layer {
  readonly name: string;
  readonly isValid: boolean;
  readonly fields: readonly string[];
  readonly features: number;
}

export interface NeighboursResult {
  readonly layers: readonly (Layer & { readonly published: number })[];
  readonly isClean: boolean;
}

const PROJECT = fileURLToPath(new URL('../../../docs/bring-your-own/qgis/alzette.qgs', import.meta.url));
const READER = fileURLToPath(new URL('read_project.py', import.meta.url));
const DOCUMENTED = 'http://localhost:1026';
const PATIENCE_MS = 180_000;

/** QGIS without a window opens the project of the documentation on the open data of the demo. @param picture PNG of the map */
export async function runNeighboursDrill(picture: string | undefined): Promise<NeighboursResult> {
  // Debian's QGIS is a module of its Python, whatever other Python is on the PATH.
  const python = findProgram('/usr/bin/python3');
  const hasQgis = python && (await promisify(execFile)(python, ['-c', 'import qgis.core']).catch(() => undefined));
  if (!python || !hasQgis) throw new Error('QGIS is not installed: apt install python3-qgis');
  const folder = await mkdtemp(join(tmpdir(), 'alzette-qgis-'));
  const platform = await startPlatformProcess({
    PATH: process.env.PATH,
    DATA_DIR: join(folder, 'data'),
    DEMO: 'on',
    ACCESS: 'open',
  });
  try {
    await platform.filled();
    const text = (await readFile(PROJECT, 'utf8')).replaceAll(DOCUMENTED, platform.url);
    const project = join(folder, 'alzette.qgs');
    await writeFile(project, text);
    const published = new Map<string, number>();
    for (const [, name = '', title = ''] of text.matchAll(
      /typename='([\w-]+)'[^<]*<\/datasource>\s*<layername>(.+?)</g,
    ))
      published.set(title, await eventually(`${name} is published`, () => countOf(platform.url, name), PATIENCE_MS));
    const { stdout } = await promisify(execFile)(python, [READER, project, picture ?? join(folder, 'map.png')], {
      env: { PATH: process.env.PATH, HOME: folder, QT_QPA_PLATFORM: 'offscreen' },
      maxBuffer: 2 ** 24,
    });
    const read = JSON.parse(stdout) as Layer[];
    const layers = read.map((layer) => ({ ...layer, published: published.get(layer.name) ?? 0 }));
    const isRight = (layer: (typeof layers)[number]) => layer.isValid && layer.features === layer.published;
    return { layers, isClean: layers.length === published.size && layers.length > 0 && layers.every(isRight) };
  } finally {
    await platform.stop();
    await rm(folder, { recursive: true });
  }
}

/** How many features a collection has; undefined: none yet. */
async function countOf(url: string, collection: string): Promise<number | undefined> {
  const answer = await fetch(`${url}/ogc/collections/${collection}/items?limit=1`);
  if (!answer.ok) return undefined;
  const { numberMatched } = (await answer.json()) as { numberMatched?: number };
  return numberMatched || undefined;
}
