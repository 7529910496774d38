import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { buildArchive, type PackFile } from '@alzette/packs/archive';
import { type ConfigurationDocument, listDocuments, putDocument } from '@alzette/packs/kinds';
import { parse } from 'yaml';
import { CONFIGURATION_KINDS } from '../src/territory-files/configuration-kinds.ts';
import { askAs } from './support/ask-as.ts';
import { startGuardedPlatform } from './support/guarded-platform.ts';
import { BENCH_CATEGORY, BENCH_DATASET } from './support/sample-documents.ts';

const MANIFEST = {
  format: 1,
  id: 'each-kind',
  title: { fr: 'Un de chaque' },
  description: { fr: 'Un document de chaque genre' },
  licence: 'EUPL-1.2',
  authors: ['The tests'],
  requires: { alzette: '>=0.1.0' },
} as const;

const words = (text: string) => ({ fr: text, en: text, de: text, lb: text });
const RULE = 'urn:ngsi-ld:Rule:each-kind';
const ofPack = async (path: string) =>
  parse(
    await readFile(fileURLToPath(new URL(`../../packs/${path}`, import.meta.url)), 'utf8'),
  ) as ConfigurationDocument;

interface Example {
  readonly document: ConfigurationDocument;
  /** What somebody changes here, and what the next version brings. */
  readonly ours: object;
  readonly theirs: object;
}

/** One of each kind that a pack may have. */
const EXAMPLES: { readonly [folder: string]: Example } = {
  policies: {
    document: { id: 'each-kind', who: { roles: ['each-kind'] }, may: ['read'], tenants: [''] },
    ours: { title: 'Ours' },
    theirs: { may: ['read', 'write'] },
  },
  profiles: {
    document: {
      id: 'each-kind',
      name: 'A sensor',
      decoder: 'cayenne-lpp',
      entities: [{ type: 'WeatherObserved', id: "'urn:ngsi-ld:WeatherObserved:' + device.devEui", attributes: [] }],
    },
    ours: { name: 'Our sensor' },
    theirs: { silentAfterS: 3600 },
  },
  sources: {
    document: {
      id: 'each-kind',
      name: 'Stations',
      kind: 'upload',
      csv: {},
      entities: [{ type: 'WeatherObserved', id: "'urn:ngsi-ld:WeatherObserved:' + id", attributes: [] }],
    },
    ours: { name: 'Our stations' },
    theirs: { enabled: false },
  },
  recipients: {
    document: { id: 'each-kind', name: 'The desk' },
    ours: { name: 'Our desk' },
    theirs: { email: 'desk@example.org' },
  },
  rosters: {
    document: {
      id: 'each-kind',
      title: 'On call',
      start: '2026-01-05',
      days: 7,
      handover: '08:00',
      members: ['each-kind'],
    },
    ours: { title: 'Ours' },
    theirs: { handover: '09:00' },
  },
  groups: {
    document: { id: 'each-kind', title: 'Told', members: ['recipient:each-kind'] },
    ours: { title: 'Ours' },
    theirs: { members: ['roster:each-kind'] },
  },
  escalations: {
    document: { id: 'each-kind', title: 'Steps', steps: [{ to: 'group:each-kind', channels: ['email'] }] },
    ours: { title: 'Ours' },
    theirs: { enabled: false },
  },
  rules: {
    document: {
      id: RULE,
      name: words('Full'),
      scope: { types: ['WasteContainer'] },
      when: { attr: 'fillingLevel', op: '>=', value: 0.9 },
      clear: { whenOver: true },
      severity: 'low',
    },
    ours: { severity: 'medium' },
    theirs: { category: 'waste' },
  },
  'lighting-strategies': {
    document: {
      id: 'each-kind',
      name: 'Half the light',
      on: 'sunset',
      off: 'sunrise',
      programmes: { usual: { level: 1, slots: [{ from: '21:00', to: '05:30', level: 0.5 }] } },
      calendar: { rules: [], defaultProgramme: 'usual' },
    },
    ours: { name: 'Ours' },
    theirs: { off: '06:30' },
  },
  'report-categories': {
    document: { ...BENCH_CATEGORY, id: 'each-kind' },
    ours: { promisedDays: 5 },
    theirs: { duplicateRadius: 30 },
  },
  'reply-templates': {
    document: { id: 'each-kind', title: { fr: 'Merci' }, text: { fr: 'Merci beaucoup.' } },
    ours: { title: { fr: 'Merci à vous' } },
    theirs: { status: 'planned' },
  },
  'booking-resources': {
    document: { ...(await ofPack('e-services/booking-resources/bulky-waste.yaml')), id: 'bulky-waste' },
    ours: { capacity: 9 },
    theirs: { noticeHours: 48 },
  },
  procedures: {
    document: await ofPack('e-services/procedures/event-light.yaml'),
    ours: { missingPartsDays: 9 },
    theirs: { icon: 'mdi-lamp' },
  },
  datasets: {
    document: { ...BENCH_DATASET, id: 'each-kind' },
    ours: { title: { fr: 'Nos bancs' } },
    theirs: { keywords: ['banc', 'parc'] },
  },
  'simulation-models': {
    document: {
      id: 'each-kind',
      title: words('Lamps'),
      summary: words('Twice as many'),
      authors: 'A planner',
      licence: 'EUPL-1.2',
      levers: [{ id: 'lamps', title: words('Lamps'), unit: '1', min: 0, max: 100, default: 10 }],
      factors: [],
      equations: [{ id: 'double', unit: '1', is: '2 * lamps' }],
      outputs: [{ id: 'double', title: words('Double'), is: 'double', when: 'state', better: 'more' }],
      main: 'double',
      assumptions: [],
      notFor: [words('Anything else')],
      golden: [{ title: 'Five', levers: { lamps: 5 }, expected: { double: 10 }, tolerance: 0, origin: 'By hand' }],
    },
    ours: { authors: 'Ours' },
    theirs: { licence: 'CC0-1.0' },
  },
  indicators: {
    document: {
      id: 'each-kind',
      title: words('Lamps'),
      definition: words('All lamps'),
      theme: 'energy',
      unit: words('lamps'),
      better: 'neither',
      inputs: { lamps: { entities: { type: 'Streetlight', measure: 'count' } } },
      numerator: 'lamps',
      isCount: false,
      isAddable: true,
      digits: 0,
      answers: 'Lighting',
    },
    ours: { answers: 'Ours' },
    theirs: { better: 'less' },
  },
  questions: {
    document: {
      id: 'each-kind',
      title: 'How many lamps',
      question: { type: 'Streetlight', measure: { kind: 'count' } },
    },
    ours: { title: 'Our lamps' },
    theirs: { description: 'Of all communes' },
  },
  dashboards: {
    document: {
      id: 'each-kind',
      title: 'Bins',
      roles: [],
      period: '30d',
      widgets: [{ id: 'words', kind: 'text', title: 'Words', x: 0, y: 0, w: 4, h: 2, text: 'first' }],
    },
    ours: { title: 'Our bins' },
    theirs: { period: '7d' },
  },
  'scheduled-reports': {
    document: {
      id: 'each-kind',
      title: 'Bins of the month',
      dashboard: 'each-kind',
      recipients: ['bins@example.org'],
      language: 'fr',
      day: 1,
      isActive: false,
    },
    ours: { day: 3 },
    theirs: { language: 'lb' },
  },
  'map-layers': {
    document: {
      id: 'urn:ngsi-ld:MapLayer:each-kind',
      title: words('Benches'),
      layer: { type: 'StreetFurniture', classes: [{ key: 'broken', when: [{ attribute: 'status', is: ['broken'] }] }] },
      colours: { broken: '#1b6ca8' },
    },
    ours: { title: words('Our benches') },
    theirs: { titles: { broken: 'Broken' } },
  },
  pages: {
    document: {
      id: 'each-kind',
      owner: '',
      state: 'ready',
      texts: { fr: { title: 'La cantine', body: 'Comment lire les menus.' } },
      page: { section: 'cantine', order: 1 },
    },
    ours: { theme: 'ecole' },
    theirs: { link: 'https://example.org/cantine' },
  },
  feeds: {
    document: { id: 'each-kind', url: 'http://127.0.0.1:9/menus.csv', format: 'menus-collectifs', owner: '' },
    ours: { state: 'ready' },
    theirs: { url: 'http://127.0.0.1:9/cantines.csv' },
  },
};

interface Installed {
  readonly steps: readonly { readonly kind: string; readonly change: string }[];
}

test('a pack may have each kind of document: installed, told where it came from, merged, and removed', async (t) => {
  const folders = CONFIGURATION_KINDS.map(({ folder }) => folder);
  assert.deepEqual(Object.keys(EXAMPLES).sort(), [...folders].sort(), 'an example of each kind');
  const platform = await startGuardedPlatform(t, { OUTGOING: '127.0.0.0/8' });
  const { ask, done } = askAs(platform.app, await platform.authorizationOf('root', 'administrator'));
  // What an earlier installation has left of kinds whose documents are kept.
  const decisions = { 'lighting-strategies/each-kind': 'theirs' };
  const install = async (version: string, changed: (example: Example) => object) => {
    const files = Object.entries(EXAMPLES).map(
      ([folder, example]): PackFile => ({
        folder,
        name: 'one.yaml',
        document: { ...example.document, ...changed(example) },
      }),
    );
    const archive = buildArchive({ ...MANIFEST, version }, files);
    const { digest } = (await done('POST', '/packs/archives', archive)) as { digest: string };
    return (await done('PUT', '/packs/each-kind', { digest, acceptsUnsigned: true, decisions })) as Installed;
  };
  const changes = ({ steps }: Installed) => Object.fromEntries(steps.map(({ kind, change }) => [kind, change]));
  /** @param ofKept of kinds whose documents the product keeps for ever */
  const each = (change: string, ofKept = change) =>
    Object.fromEntries(CONFIGURATION_KINDS.map(({ folder, isKept }) => [folder, isKept ? ofKept : change]));
  const here = async () => {
    const all = await Promise.all(
      CONFIGURATION_KINDS.map(async (kind) => [kind.folder, await listDocuments(ask, kind)]),
    );
    return Object.fromEntries(all) as Record<string, readonly ConfigurationDocument[]>;
  };

  const { csv: _csv, ...source } = EXAMPLES.sources?.document ?? { id: '' };
  const from = { url: 'https://stations.example.org/', secretHeaders: { 'x-key': 'a password' } };
  const withPassword = { ...source, kind: 'http', from };
  const unsafe = buildArchive({ ...MANIFEST, version: '0.9.0' }, [
    { folder: 'sources', name: 'one.yaml', document: withPassword },
  ]);
  const { digest } = (await done('POST', '/packs/archives', unsafe)) as { digest: string };
  const refused = (await ask('POST', '/packs/each-kind/plan', { digest })) as {
    status: number;
    body: { detail: string };
  };
  assert.deepEqual(
    [refused.status, /^sources\/each-kind: from\.secretHeaders: got a secret/.test(refused.body.detail)],
    [400, true],
    refused.body.detail,
  );

  const before = await here();
  assert.deepEqual(changes(await install('1.0.0', () => ({}))), each('create'));
  const { packs } = (await done('GET', '/packs')) as { packs: readonly { documents: readonly { kind: string }[] }[] };
  assert.deepEqual((packs[0]?.documents ?? []).map(({ kind }) => kind).sort(), [...folders].sort());
  assert.deepEqual(changes((await done('DELETE', '/packs/each-kind')) as Installed), each('delete', 'detach'));
  const { 'lighting-strategies': kept, ...left } = await here();
  const { 'lighting-strategies': known = [], ...others } = before;
  assert.deepEqual(left, others, 'nothing is left');
  assert.equal(kept?.length, known.length + 1, 'past nights are told by it');

  await install('1.0.0', () => ({}));
  const installed = await here();
  for (const kind of CONFIGURATION_KINDS) {
    const { document, ours } = EXAMPLES[kind.folder] as Example;
    const own = installed[kind.folder]?.find(({ id }) => id === document.id);
    assert.ok(own, kind.folder);
    await putDocument(ask, kind, { ...own, ...ours });
  }
  assert.deepEqual(changes(await install('1.1.0', ({ theirs }) => theirs)), each('merge'));
  const merged = await here();
  for (const [folder, { document, ours, theirs }] of Object.entries(EXAMPLES)) {
    const own = merged[folder]?.find(({ id }) => id === document.id) ?? {};
    assert.partialDeepStrictEqual(own, { ...ours, ...theirs }, folder);
  }
  assert.deepEqual(changes((await done('DELETE', '/packs/each-kind')) as Installed), each('detach'));
});
