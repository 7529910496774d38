import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { before, describe, test } from 'node:test';
import { gzipSync } from 'node:zlib';
import { buildPages, MOBILE, needsBuild, PORTAL } from '../src/page-builds.ts';

/** The gzipped bytes of the portal's frame, without fonts. */
const SHELL_BUDGET = 250_000;
/**
 * The additional bytes of each page, with everything it shows initially. Pages that are not listed have the last
 * budget.
 */
const PAGE_BUDGETS: Readonly<Record<string, number>> = {
  'features/map/MapPage.vue': 190_000,
  'features/equipment/EquipmentPage.vue': 84_000,
  'features/devices/onboarding/OnboardingPage.vue': 70_000,
  'features/sources/SourcesPage.vue': 70_000,
  'features/keys/KeysPage.vue': 50_000,
  'features/api/TryPage.vue': 10_000,
};
const PAGE_BUDGET = 90_000;
/** The shell and the home page of the citizens' app, without fonts. */
const APP_BUDGET = 300_000;
/** The files of these: each costs a phone on a slow network a request. */
const APP_FILES = 6;
/** Loaded on demand, not with their page. */
const LATER: Readonly<Record<string, number>> = {
  'features/decisions/AreaDrawer.vue': 130_000,
  'features/lighting/LevelMap.vue': 130_000,
  // With the kit of all pages, which the page around it has loaded before, and the scale of the map.
  'features/lighting/ZoneDrawer.vue': 158_000,
  // OpenLayers, loaded when the map of a page of records is opened.
  'map/RecordMap.vue': 130_000,
  'kit/chart/ChartCanvas.vue': 230_000,
  'features/api/TryOperations.vue': 520_000,
};

interface Chunk {
  readonly file: string;
  readonly imports?: readonly string[];
  readonly dynamicImports?: readonly string[];
  readonly css?: readonly string[];
}
type Manifest = Readonly<Record<string, Chunk>>;

describe('the size of the portal’s pages', () => {
  let manifest: Manifest;
  let shell: Set<string>;

  before(async () => {
    if (needsBuild(PORTAL)) await buildPages(PORTAL);
    manifest = JSON.parse(readFileSync(join(PORTAL.dist, '.vite/manifest.json'), 'utf8'));
    // The texts of one language are loaded with the shell.
    shell = new Set([...filesOf(manifest, 'index.html'), ...filesOf(manifest, 'src/i18n/messages/fr.ts')]);
  });

  test(`the shell: at most ${SHELL_BUDGET / 1000} kB`, (t) => {
    const bytes = weigh(shell);
    t.diagnostic(`${(bytes / 1000).toFixed(1)} kB`);
    assert.ok(bytes <= SHELL_BUDGET, `it weighs ${bytes}`);
  });

  test('each page and later chunks: within its budget', (t) => {
    const lazy = Object.keys(manifest).filter((key) => /^src\/.*\.vue$/.test(key));
    assert.ok(lazy.length >= Object.keys(PAGE_BUDGETS).length, `only ${lazy.join()}`);
    const faults: string[] = [];
    for (const key of lazy) {
      const name = key.replace('src/', '');
      const budget = PAGE_BUDGETS[name] ?? LATER[name] ?? PAGE_BUDGET;
      const bytes = weigh([...filesOf(manifest, key)].filter((file) => !shell.has(file)));
      t.diagnostic(`${name}: ${(bytes / 1000).toFixed(1)} kB of ${budget / 1000}`);
      if (bytes > budget) faults.push(`${name} weighs ${bytes}, its budget is ${budget}`);
    }
    assert.deepEqual(faults, []);
  });
});

test(`the citizens' app until home is shown: at most ${APP_BUDGET / 1000} kB`, async (t) => {
  if (needsBuild(MOBILE)) await buildPages(MOBILE);
  const index = readFileSync(join(MOBILE.dist, 'index.html'), 'utf8');
  const files = new Set([...index.matchAll(/\/app\/(assets\/[^"]+\.(?:js|css))"/g)].map(([, file]) => String(file)));
  assert.ok(files.size > 2 && files.size <= APP_FILES, `${files.size} files: ${index}`);
  const bytes = weigh(files, MOBILE.dist);
  t.diagnostic(`${(bytes / 1000).toFixed(1)} kB`);
  assert.ok(bytes <= APP_BUDGET, `it weighs ${bytes}`);
});

/** A chunk's files, with those of its static imports. */
function filesOf(manifest: Manifest, key: string, found = new Set<string>()): Set<string> {
  const chunk = manifest[key];
  assert.ok(chunk, `the build has no ${key}`);
  if (found.has(chunk.file)) return found;
  found.add(chunk.file);
  for (const file of chunk.css ?? []) found.add(file);
  for (const imported of chunk.imports ?? []) filesOf(manifest, imported, found);
  return found;
}

function weigh(files: Iterable<string>, dist = PORTAL.dist): number {
  let bytes = 0;
  for (const file of files) bytes += gzipSync(readFileSync(join(dist, file))).length;
  return bytes;
}
