import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import type { ConfigurationDocument } from '@alzette/packs/kinds';
import { parse } from 'yaml';
import { BENCH_CATEGORY, BENCH_DATASET } from './sample-documents.ts';

const words = (text: string) => ({ fr: text, en: text, de: text, lb: text });
const RULE = 'urn:ngsi-ld:Rule:each-kind';
const ofPack = async (path: string) =>
  parse(
    await readFile(fileURLToPath(new URL(`../../../packs/${path}`, import.meta.url)), 'utf8'),
  ) as ConfigurationDocument;

export interface Example {
  readonly document: ConfigurationDocument;
  /** What somebody changes here, and what the next version brings. */
  readonly ours: object;
  readonly theirs: object;
}

/** One of each kind that a pack may have. */
export const EXAMPLES: { readonly [folder: string]: Example } = {
  policies: {
    document: { id: 'each-kind', who: { roles: ['each-kind'] }, may: ['read'], tenants: [''] },
    ours: { title: 'Ours' },
    theirs: { may: ['read', 'write'] },
  },
  models: {
    document: {
      id: 'https://example.org/EachKind',
      subject: 'EachKind',
      type: 'EachKind',
      version: '1.0.0',
      attributes: {
        location: { kind: 'GeoProperty', schema: { type: 'object' }, iri: 'https://uri.etsi.org/ngsi-ld/location' },
        depth: { kind: 'Property', schema: { type: 'number' }, unit: 'MTR', iri: 'https://example.org/depth' },
      },
    },
    ours: { description: 'Ours' },
    theirs: { version: '1.1.0' },
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
      push: false,
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
