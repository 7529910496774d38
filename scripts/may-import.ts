import { globSync, readFileSync } from 'node:fs';
import { dirname, relative, resolve, sep } from 'node:path';
import { circlesIn } from './import-circles.ts';

/** What each room may import, by the room's folder below `src/`. `(types)` allows `import type` alone. */
type Rooms = { readonly [room: string]: readonly string[] };

/**
 * The rooms of a package, lowest first. A room may import its own files and what its row names, with the folders
 * below that. The room of a file is the longest folder named here that it lies in. A file in a folder that no row
 * names is a fault. A package that has no table here is held to the rules on circles and packages alone.
 */
const ROOMS: { readonly [source: string]: Rooms } = {
  'services/kit/src': {
    database: [],
    metrics: [],
    mail: [],
    settings: ['database'],
    calendar: [],
    forecasting: ['calendar'],
    languages: [],
    'ai-uses': ['languages (types)'],
    remembered: [],
    access: [],
    problems: ['database'],
    bodies: ['problems'],
    parameters: ['bodies', 'problems'],
    pdf: [],
    routes: ['access (types)', 'bodies', 'database', 'parameters (types)', 'problems'],
    jobs: ['database', 'metrics', 'parameters', 'problems', 'routes'],
    service: ['access (types)', 'database (types)', 'jobs (types)', 'mail (types)', 'metrics (types)'],
  },
  'broker/src': {
    model: [],
    clock: [],
    metrics: [],
    collections: [],
    outgoing: [],
    database: ['model'],
    query: ['model'],
    context: ['collections', 'database', 'query', 'outgoing', 'model'],
    processes: ['clock', 'database'],
    access: ['query', 'database', 'model'],
    'tenants/quotas': ['database', 'model'],
    'history/rows': ['database', 'query', 'model'],
    'history/tables': ['database'],
    'entities/write-lane': [
      'access',
      'tenants/quotas',
      'history/rows',
      'clock',
      'collections',
      'database',
      'query',
      'model',
    ],
    'entities/read': ['access', 'database', 'query', 'model'],
    entities: ['collections', 'entities/write-lane', 'entities/read', 'access', 'database', 'query', 'model'],
    'history/query': ['entities/read', 'history/rows', 'access', 'database', 'query', 'model'],
    history: [
      'history/query',
      'history/rows',
      'history/tables',
      'entities/write-lane',
      'entities/read',
      'access',
      'database',
      'query',
      'model',
    ],
    'notifications/outbox': ['entities/write-lane (types)', 'database', 'model'],
    subscriptions: [
      'notifications/outbox',
      'entities/write-lane (types)',
      'tenants/quotas',
      'processes',
      'access',
      'clock',
      'database',
      'query',
      'model',
    ],
    notifications: [
      'notifications/outbox',
      'subscriptions',
      'entities/write-lane (types)',
      'context (types)',
      'collections',
      'outgoing',
      'query',
      'model',
    ],
    'live-feed': ['access', 'database', 'query', 'model'],
    'sql-views': ['collections', 'database', 'model'],
    validation: ['entities/write-lane', 'database', 'model'],
    federation: [
      'subscriptions',
      'notifications/outbox',
      'history',
      'entities',
      'tenants/quotas',
      'processes',
      'context',
      'access',
      'collections',
      'database',
      'query',
      'model',
      'metrics',
    ],
    'tenants/data': ['federation', 'subscriptions', 'history', 'database'],
    snapshots: [
      'tenants/data',
      'federation',
      'history',
      'entities',
      'subscriptions (types)',
      'tenants/quotas',
      'context (types)',
      'access',
      'database',
      'query',
      'model',
    ],
    tenants: ['tenants/data', 'snapshots', 'database', 'model'],
    operations: [
      'federation',
      'history',
      'entities',
      'access',
      'context (types)',
      'database (types)',
      'query',
      'model',
    ],
    http: [
      'operations',
      'tenants',
      'snapshots',
      'federation',
      'validation',
      'live-feed',
      'sql-views',
      'notifications (types)',
      'subscriptions',
      'history',
      'entities',
      'access',
      'context',
      'database (types)',
      'query',
      'model',
      'metrics',
    ],
    wiring: [
      'options (types)',
      'http',
      'tenants',
      'snapshots',
      'federation',
      'validation',
      'live-feed',
      'sql-views',
      'notifications',
      'subscriptions',
      'history',
      'entities',
      'processes',
      'access',
      'context',
      'outgoing',
      'clock',
      'collections',
      'database',
      'query',
      'model',
      'metrics',
    ],
  },
  'services/alarms/src': {
    records: [],
    alarm: ['records', 'ports'],
    notices: ['alarm', 'ports'],
    acting: ['notices', 'alarm', 'records', 'ports', 'parts (types)'],
    'work-orders': ['acting', 'alarm', 'records', 'ports', 'parts (types)'],
    routes: ['work-orders', 'acting', 'notices', 'alarm', 'records', 'ports', 'parts (types)'],
    demo: ['work-orders', 'acting', 'notices', 'alarm', 'records', 'ports', 'parts (types)'],
  },
  'services/opendata/src': {
    rows: [],
    datasets: [],
    collect: ['datasets', 'parts'],
    catalogue: ['datasets', 'rows', 'parts'],
    schemas: ['datasets (types)'],
    operator: ['schemas', 'collect', 'datasets', 'parts'],
    cql2: [],
    html: [],
    ogc: ['cql2', 'html', 'catalogue', 'datasets', 'parts'],
    tiles: ['catalogue', 'datasets', 'parts'],
    demo: ['datasets'],
    pages: ['ogc', 'html', 'catalogue', 'datasets', 'parts'],
    exports: ['pages', 'ogc', 'html', 'catalogue', 'datasets', 'rows', 'parts'],
  },
  'services/dashboards/src': {
    kept: [],
    templates: [],
    reports: ['kept', 'parts (types)'],
    routes: ['templates', 'kept', 'parts (types)'],
    demo: ['templates', 'kept', 'routes'],
  },
  'services/channels/src': {
    wishes: ['notice'],
    'on-call': [],
    senders: ['push (types)', 'notice'],
    entries: ['senders', 'on-call', 'wishes', 'notice', 'parts (types)'],
    push: ['entries', 'notice', 'parts (types)'],
    delivery: ['push', 'entries', 'senders', 'on-call', 'wishes', 'notice', 'parts (types)'],
  },
  'services/backups/src': {
    age: [],
    targets: [],
    databases: ['ports'],
    archive: ['databases', 'targets', 'age', 'ports'],
    restore: ['archive', 'databases', 'targets', 'age', 'ports'],
  },
  'services/files/src': {
    content: [],
    antivirus: [],
    store: [],
    kept: ['content', 'store (types)', 'parts (types)', 'ports'],
    routes: ['kept', 'content', 'parts (types)', 'ports'],
  },
  'services/waste/src': {
    places: [],
    rounds: [],
    collections: ['places', 'settings', 'ports (types)', 'parts (types)'],
    centres: ['settings', 'parts (types)'],
    forecast: ['places (types)', 'settings', 'parts (types)'],
    tours: ['rounds', 'forecast', 'centres', 'places', 'settings (types)', 'parts (types)'],
    simulation: ['tours', 'rounds', 'forecast', 'places', 'settings', 'parts (types)'],
    desk: ['tours', 'forecast', 'collections', 'settings', 'parts (types)'],
    drive: ['tours', 'parts (types)'],
    demo: ['collections (types)', 'parts (types)'],
  },
  'services/mobility/src': {
    places: [],
    boards: ['places', 'parts (types)'],
    occupancy: ['parts (types)'],
  },
  'services/energy/src': {
    analysis: [],
    meters: ['analysis', 'settings', 'parts (types)'],
    desk: ['meters', 'analysis', 'settings', 'parts (types)'],
  },
  'services/assistant/src': {
    tools: [],
    calls: ['tools', 'parts (types)'],
    proposals: ['calls', 'tools', 'parts (types)'],
    mcp: ['proposals', 'calls', 'tools', 'uses', 'parts (types)'],
    questions: ['mcp', 'calls', 'tools', 'uses', 'parts (types)'],
    demo: ['proposals'],
  },
  'services/insights/src': {
    register: ['parts (types)'],
    assets: ['parts (types)'],
    forecasts: ['assets', 'parts (types)'],
    anomalies: ['forecasts', 'assets', 'parts (types)'],
    suggestions: ['register (types)'],
  },
  'services/environment/src': {
    stations: [],
    air: ['stations', 'parts (types)'],
    pollen: ['stations', 'parts (types)'],
    weather: ['stations', 'parts (types)'],
    public: ['air', 'pollen', 'weather', 'stations', 'parts (types)'],
    desk: ['air', 'parts (types)'],
  },
  'services/reports/src': {
    report: [],
    categories: ['kept/documents', 'ports (types)'],
    'kept/documents': [],
    kept: ['kept/documents', 'categories', 'report', 'ports (types)', 'parts (types)'],
    guard: ['kept'],
    statistics: [],
    acting: ['kept', 'categories', 'report', 'parts (types)'],
    telling: ['kept', 'kept/documents', 'categories', 'report', 'ports (types)', 'parts (types)'],
    privacy: ['kept', 'kept/documents', 'report', 'parts (types)'],
    submitting: ['guard', 'kept', 'kept/documents', 'categories', 'report', 'parts (types)'],
    'work-orders': ['acting', 'kept', 'kept/documents', 'categories', 'report', 'parts (types)'],
    suggestions: ['submitting', 'acting', 'guard', 'kept', 'report', 'parts (types)'],
    citizen: [
      'submitting',
      'privacy',
      'acting',
      'statistics',
      'guard',
      'kept',
      'kept/documents',
      'categories',
      'report',
      'parts (types)',
      'ports (types)',
    ],
    open311: ['citizen', 'submitting', 'guard', 'kept', 'categories', 'report', 'parts (types)', 'ports (types)'],
    desk: [
      'citizen',
      'work-orders',
      'submitting',
      'privacy',
      'acting',
      'statistics',
      'guard',
      'kept',
      'kept/documents',
      'categories',
      'report',
      'parts (types)',
      'ports (types)',
    ],
    demo: ['work-orders', 'submitting', 'acting', 'kept', 'categories', 'report', 'parts (types)', 'ports (types)'],
  },
  'services/publishing/src': {
    texts: [],
    polls: [],
    items: ['polls', 'texts', 'ports', 'parts (types)'],
    reading: ['items', 'polls', 'texts', 'ports', 'parts (types)'],
    push: ['reading', 'items', 'texts', 'ports', 'parts (types)'],
    imports: ['items', 'ports', 'parts (types)'],
    demo: ['push', 'reading', 'items', 'polls', 'ports', 'parts (types)'],
  },
  'portal/src': {
    broker: [],
    i18n: ['stored'],
    'sign-in': [],
    territory: [],
    time: [],
    format: ['i18n'],
    theme: ['i18n (types)', 'stored'],
    kit: ['theme', 'format', 'time', 'territory', 'sign-in', 'i18n', 'broker', 'stored'],
    entities: ['kit', 'theme', 'format', 'time', 'broker'],
    alarms: ['entities', 'broker'],
    map: ['entities', 'theme', 'format', 'time', 'territory (types)'],
    shell: ['alarms', 'entities', 'kit', 'theme', 'format', 'time', 'territory', 'sign-in', 'i18n', 'broker', 'stored'],
    'features/administer': ['shell (types)', 'entities', 'kit', 'format', 'territory', 'broker'],
    'features/api': ['shell (types)', 'kit'],
    'features/automation': ['shell (types)', 'alarms', 'kit', 'sign-in', 'broker'],
    'features/commands': ['shell (types)', 'map', 'entities', 'kit', 'sign-in', 'broker'],
    'features/connect': ['shell (types)', 'entities', 'kit', 'broker'],
    'features/assistant': ['shell (types)', 'kit', 'sign-in', 'broker'],
    'features/dashboards': [
      'shell (types)',
      'alarms',
      'entities',
      'kit',
      'format',
      'time',
      'territory',
      'sign-in',
      'broker',
    ],
    'features/datasets': ['shell (types)', 'entities', 'kit', 'territory', 'sign-in', 'broker'],
    'features/devices': ['shell (types)', 'kit', 'format', 'time', 'sign-in', 'broker'],
    'features/energy': ['shell (types)', 'kit', 'sign-in', 'broker'],
    'features/environment': ['shell (types)', 'kit', 'broker'],
    'features/equipment': ['shell (types)', 'alarms', 'entities', 'kit', 'format', 'time', 'sign-in', 'broker'],
    'features/insights': ['shell (types)', 'kit', 'sign-in', 'i18n', 'broker'],
    'features/keys': ['shell (types)', 'kit', 'sign-in', 'i18n', 'broker'],
    'features/lighting': ['shell (types)', 'map', 'entities', 'kit', 'territory', 'theme', 'time', 'sign-in', 'broker'],
    'features/map': [
      'shell (types)',
      'map',
      'entities',
      'kit',
      'theme',
      'format',
      'time',
      'territory',
      'sign-in',
      'broker',
    ],
    'features/mobility': ['shell (types)', 'kit', 'time', 'broker', 'stored'],
    'features/operations': [
      'shell (types)',
      'map',
      'alarms',
      'entities (types)',
      'kit',
      'territory',
      'time',
      'sign-in',
      'broker',
    ],
    'features/publishing': ['shell (types)', 'kit', 'time', 'i18n', 'sign-in', 'broker'],
    'features/reports': ['shell (types)', 'map', 'entities', 'kit', 'territory', 'theme', 'time', 'sign-in', 'broker'],
    'features/sources': ['shell (types)', 'kit', 'i18n', 'broker'],
    'features/waste': ['shell (types)', 'kit', 'sign-in', 'broker'],
    'features/today': ['shell (types)', 'alarms', 'entities', 'kit', 'time', 'sign-in', 'broker', 'stored'],
  },
  'mobile/src': {
    components: ['i18n'],
    text: [],
    feed: ['broker'],
    i18n: [],
    kept: [],
    offline: [],
    'sign-in': [],
    citizen: ['kept'],
    modules: ['citizen', 'kept'],
    territory: ['kept', 'i18n'],
    settings: ['citizen', 'territory', 'sign-in', 'i18n', 'components'],
    containers: ['citizen', 'territory', 'kept', 'feed', 'components', 'i18n', 'broker'],
    place: ['citizen', 'territory', 'text', 'components'],
    bar: ['containers', 'settings', 'components'],
    lighting: ['place', 'territory', 'i18n', 'broker'],
    map: ['bar', 'place', 'containers', 'territory', 'components'],
    'container-page': ['map', 'place', 'containers', 'territory', 'components'],
    near: ['map', 'bar', 'place', 'containers', 'territory', 'components'],
    waste: ['bar', 'place', 'containers', 'settings', 'territory', 'citizen', 'components', 'i18n'],
    departures: ['bar', 'place', 'containers', 'territory', 'citizen', 'kept', 'components', 'i18n'],
    air: ['bar', 'place', 'containers', 'territory', 'citizen', 'components'],
    info: ['bar', 'place', 'modules', 'settings', 'territory', 'citizen', 'components'],
    search: ['info', 'bar', 'containers', 'modules', 'citizen', 'text', 'components'],
    native: [],
    report: ['info', 'bar', 'map', 'native', 'place', 'settings', 'territory', 'citizen', 'components'],
    'settings-page': ['bar', 'settings', 'sign-in', 'territory', 'citizen', 'i18n', 'components'],
    privacy: ['report', 'bar', 'settings', 'citizen', 'components'],
    about: ['bar', 'settings', 'i18n', 'components'],
    home: [
      'info',
      'air',
      'departures',
      'waste',
      'lighting',
      'bar',
      'place',
      'modules',
      'containers',
      'settings',
      'territory',
      'citizen',
      'components',
      'i18n',
    ],
  },
  'services/lighting/src': {
    input: [],
    sun: ['input'],
    programmes: ['sun', 'input'],
    energy: ['programmes', 'sun', 'input'],
    legal: ['programmes (types)'],
    park: ['legal', 'input'],
    strategies: ['legal', 'energy', 'programmes', 'sun', 'input', 'parts (types)'],
    zones: ['strategies', 'parts (types)'],
    measure: ['zones', 'strategies', 'park', 'energy', 'sun', 'input', 'parts (types)'],
    supervision: ['measure', 'park', 'input', 'parts (types)'],
    reports: ['sun', 'input', 'parts (types)'],
    assigning: ['measure', 'zones', 'strategies', 'sun', 'input', 'parts (types)'],
    simulation: ['park', 'legal', 'energy', 'programmes', 'sun', 'input', 'parts (types)'],
    apply: ['measure', 'zones', 'strategies', 'sun', 'input', 'parts (types)'],
    demo: ['measure', 'zones', 'strategies', 'energy', 'sun', 'parts (types)'],
    'park-routes': ['measure', 'strategies', 'park', 'programmes', 'input', 'parts (types)'],
    public: ['measure', 'strategies', 'sun', 'input', 'parts (types)'],
  },
  'services/rules/src': {
    calendar: [],
    document: ['calendar'],
    demo: ['document (types)', 'calendar (types)'],
    evaluate: ['document (types)', 'calendar'],
    book: ['evaluate', 'document', 'calendar'],
    store: ['book (types)', 'evaluate', 'document (types)'],
    engine: ['store', 'book', 'evaluate', 'document', 'calendar (types)'],
    explain: ['engine', 'store (types)', 'book', 'evaluate', 'document (types)', 'calendar'],
    intake: ['engine', 'store', 'document (types)'],
    backtest: ['intake', 'engine', 'store (types)', 'book', 'evaluate', 'document (types)'],
    routes: ['backtest', 'intake', 'explain', 'engine', 'store', 'book (types)', 'document'],
  },
  'services/identity/src': {
    store: [],
    texts: [],
    accounts: ['texts', 'store', 'parts (types)'],
    federation: ['accounts', 'store', 'parts (types)'],
    'sign-in': ['federation', 'accounts', 'store', 'parts (types)'],
    pages: ['sign-in', 'federation', 'accounts', 'texts', 'store', 'parts (types)'],
    provider: ['pages', 'federation', 'texts', 'store'],
    administration: ['provider', 'federation', 'accounts', 'store', 'parts (types)'],
  },
  'iot-agents/src': {
    frames: [],
    processes: ['database (types)'],
    outgoing: [],
    http: ['frames'],
    codecs: [],
    'network-servers': ['frames'],
    mapping: ['codecs (types)', 'frames'],
    devices: ['mapping', 'network-servers (types)', 'codecs', 'http', 'processes', 'frames', 'database (types)'],
    fiware: ['devices', 'mapping', 'http', 'frames', 'database (types)'],
    inbox: ['fiware', 'devices (types)', 'network-servers', 'processes', 'frames', 'database (types)'],
    commands: [
      'fiware',
      'devices',
      'mapping',
      'network-servers',
      'codecs (types)',
      'http',
      'outgoing',
      'frames',
      'database (types)',
    ],
    liveness: ['fiware', 'devices (types)', 'mapping', 'frames (types)', 'database (types)'],
    'sources/items': ['devices', 'mapping', 'outgoing (types)', 'frames', 'database (types)'],
    'sources/csv': ['sources/items', 'devices', 'mapping', 'outgoing', 'frames'],
    'sources/http': ['sources/csv', 'sources/items', 'devices', 'outgoing', 'frames'],
    'sources/sftp': ['sources/csv', 'sources/items', 'devices', 'outgoing', 'frames'],
    'sources/gtfs': ['sources/http', 'sources/items', 'devices', 'outgoing', 'database (types)'],
    'sources/talq': ['sources/items', 'commands', 'inbox', 'devices', 'http', 'outgoing', 'frames', 'database (types)'],
    sources: [
      'sources/talq',
      'sources/gtfs',
      'sources/sftp',
      'sources/http',
      'sources/csv',
      'sources/items',
      'inbox',
      'devices',
      'http',
      'outgoing',
      'frames',
      'database (types)',
    ],
    mqtt: ['fiware', 'devices', 'processes', 'frames', 'database (types)'],
    webhooks: ['devices (types)', 'network-servers', 'http', 'frames'],
    delivery: [
      'liveness (types)',
      'commands',
      'inbox',
      'fiware',
      'devices',
      'mapping',
      'network-servers',
      'codecs',
      'http',
      'processes',
      'frames',
      'database (types)',
    ],
    wiring: [
      'delivery',
      'webhooks',
      'mqtt',
      'sources',
      'sources/talq',
      'liveness',
      'commands',
      'inbox',
      'fiware',
      'devices',
      'mapping (types)',
      'network-servers',
      'codecs',
      'http',
      'outgoing',
      'processes',
      'frames',
      'database (types)',
    ],
  },
};

const SCHEMAS = '@alzette/ngsi-ld-schemas';
const PACKAGES: { readonly [folder: string]: readonly string[] } = {
  'ngsi-ld-schemas': [],
  // One parser of settings, one way to migrate a database and to tell what is wrong with it: of the kit these alone.
  broker: [
    SCHEMAS,
    '@alzette/kit/migrate',
    '@alzette/kit/outage',
    '@alzette/kit/postgres-url',
    '@alzette/kit/replicated',
    '@alzette/kit/request-deadline',
    '@alzette/kit/settings',
  ],
  'iot-agents': [SCHEMAS, '@alzette/kit'],
  services: [SCHEMAS, '@alzette/kit'],
  portal: [SCHEMAS, '@alzette/identity/browser'],
  mobile: [SCHEMAS, '@alzette/identity/browser'],
  'conformance-tests': [],
  bench: [SCHEMAS],
  'docs-site': [],
  platform: [
    SCHEMAS,
    '@alzette/kit',
    '@alzette/alarms',
    '@alzette/assistant',
    '@alzette/backups',
    '@alzette/broker',
    '@alzette/channels',
    '@alzette/dashboards',
    '@alzette/energy',
    '@alzette/environment',
    '@alzette/insights',
    '@alzette/files',
    '@alzette/iot-agents',
    '@alzette/identity',
    '@alzette/lighting',
    '@alzette/mobility',
    '@alzette/opendata',
    '@alzette/reports',
    '@alzette/publishing',
    '@alzette/rules',
    '@alzette/system',
    '@alzette/territory',
    '@alzette/waste',
  ],
};

interface Import {
  readonly file: string;
  /** As written. */
  readonly target: string;
  /** The path of the imported file from the root of the repository; undefined: a package. */
  readonly imported: string | undefined;
  readonly isType: boolean;
}

const IMPORT =
  /^(?:import|export)\s+(type\s)?[^'";]*?from\s+'([^']+)'|^import\s+()'([^']+)'|\bimport\(\s*()'([^']+)'/gm;
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
  if (imported === undefined) return packageFault(file, target);
  const from = file.split('/')[0] as string;
  if (from === 'bench' && imported.startsWith('scripts/')) return undefined;
  if (imported.split('/')[0] !== from) return ': another package is imported by its name';
  const source = Object.keys(ROOMS).find((folder) => file.startsWith(`${folder}/`));
  if (source === undefined || !imported.startsWith(`${source}/`)) return undefined;
  return roomFault(ROOMS[source] as Rooms, file.slice(source.length + 1), imported.slice(source.length + 1), isType);
}

function roomFault(rooms: Rooms, file: string, imported: string, isType: boolean): string | undefined {
  // The files that lie in no folder put the package together: they may import every room.
  if (!file.includes('/')) return undefined;
  const from = roomOf(rooms, file);
  const to = roomOf(rooms, imported);
  if (from === undefined) return `: ${dirname(file)} is no room that scripts/may-import.ts names`;
  if (from === to) return undefined;
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
