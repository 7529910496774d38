import { globSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';

/**
 * Holds the direction of imports: which folder of the broker may import which, and which package which. A folder not
 * listed may not import another. `(types)` allows `import type` alone.
 */
const BROKER: { readonly [folder: string]: readonly string[] } = {
  model: [],
  query: ['model'],
  context: ['query', 'model', 'store/contexts', 'store (types)', 'access/outgoing-url'],
  store: ['query', 'model'],
  registrations: ['subscriptions', 'store', 'context', 'query', 'model', 'metrics'],
  operations: ['registrations', 'subscriptions', 'store', 'query', 'model', 'context (types)'],
  snapshots: ['operations', 'registrations', 'store', 'query', 'model', 'context (types)'],
  http: [
    'operations',
    'snapshots',
    'access',
    'context',
    'query',
    'model',
    'store (types)',
    'changes',
    'subscriptions (types)',
    'registrations (types)',
    'metrics',
  ],
  changes: ['store', 'query', 'model', 'context (types)'],
  subscriptions: ['store', 'query', 'model', 'context (types)'],
  notifications: ['store', 'context', 'query', 'model', 'access/outgoing-url'],
  access: ['store', 'query', 'model'],
  metrics: [],
  wiring: [
    'broker-options (types)',
    'access',
    'http',
    'operations',
    'snapshots',
    'registrations',
    'changes',
    'notifications',
    'subscriptions',
    'context',
    'store',
    'query',
    'model',
    'metrics',
  ],
};

const SCHEMAS = '@alzette/ngsi-ld-schemas';
const PACKAGES: { readonly [folder: string]: readonly string[] } = {
  'ngsi-ld-schemas': [],
  broker: [SCHEMAS],
  'iot-agents': [SCHEMAS],
  services: [SCHEMAS],
  portal: [SCHEMAS, '@alzette/identity/browser'],
  mobile: [SCHEMAS, '@alzette/identity/browser'],
  'conformance-tests': [],
  bench: [SCHEMAS],
  platform: [SCHEMAS, '@alzette/broker', '@alzette/iot-agents', '@alzette/identity', '@alzette/territory'],
};

const IMPORT = /^(?:import|export)\s+(type\s)?[^'"]*?from\s+'([^']+)'|^import\s+()'([^']+)'|\bimport\(\s*()'([^']+)'/gm;
const root = resolve(import.meta.dirname, '..');

function faultsOf(file: string): string[] {
  const text = readFileSync(resolve(root, file), 'utf8');
  return [...text.matchAll(IMPORT)].flatMap((match) => {
    const target = match[2] ?? match[4] ?? match[6] ?? '';
    const isType = match[1] !== undefined;
    const fault = target.startsWith('.') ? insideFault(file, target, isType) : packageFault(file, target);
    return fault === undefined ? [] : [`${file}: may not import ${target}${fault}`];
  });
}

function insideFault(file: string, target: string, isType: boolean): string | undefined {
  const imported = relative(root, resolve(root, dirname(file), target))
    .split(sep)
    .join('/');
  const from = file.split('/')[0] as string;
  if (from === 'bench' && imported.startsWith('scripts/')) return undefined;
  if (imported.split('/')[0] !== from) return ': another package is imported by its name';
  const folder = /^broker\/src\/([a-z]+)\//.exec(file)?.[1];
  const path = /^broker\/src\/(.+)\.ts$/.exec(imported)?.[1];
  if (folder === undefined || path === undefined || path.startsWith(`${folder}/`)) return undefined;
  const other = path.split('/')[0];
  const allowed = BROKER[folder] ?? [];
  if (allowed.some((rule) => rule === other || rule === path)) return undefined;
  if (isType && allowed.includes(`${other} (types)`)) return undefined;
  return ` (${folder} may import ${allowed.join(', ') || 'nothing'})`;
}

function packageFault(file: string, target: string): string | undefined {
  if (!target.startsWith('@alzette/')) return undefined;
  const from = file.split('/')[0] as string;
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
).filter((file) => !file.endsWith('.test.ts'));
const faults = files.flatMap(faultsOf);
for (const fault of faults) console.error(fault);
if (faults.length > 0) process.exitCode = 1;
