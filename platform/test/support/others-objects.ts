import assert from 'node:assert/strict';

/** In every object of the other commune, so that no answer may contain it. */
export const MARK = 'Zzgeheim';
/** The commune that nobody in the matrix but the administrator has a right to. */
export const OTHER = { slug: 'villerupt', name: 'Villerupt', scope: '/Villerupt' } as const;

const AT = { type: 'GeoProperty', value: { type: 'Point', coordinates: [5.9312, 49.4703] } };
const text = (value: unknown) => ({ type: 'Property', value });
const idOf = (type: string) => `urn:ngsi-ld:${type}:other`;

export type Ask = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  body?: object | Buffer,
  // biome-ignore lint/suspicious/noExplicitAny: each caller knows the content of its answers
) => Promise<{ readonly status: number; readonly body: any }>;

const ENTITIES: readonly (readonly [type: string, attributes: object])[] = [
  ['Streetlight', { powerRating: text(50), powerState: text('on'), dim: text(1) }],
  ['StreetlightControlCabinet', { energyConsumed: text(10) }],
  ['WasteContainer', { storedWasteKind: text(['glass']), fillingLevel: text(0.9) }],
  ['Building', { category: text(['school']) }],
  ['AirQualityObserved', { pm10: text(12), dateObserved: text(new Date().toISOString()) }],
  ['TrafficFlowObserved', { intensity: text(12) }],
];

const SIMULATION = {
  place: AT.value,
  timeZone: 'Europe/Paris',
  from: '2025-01-01',
  to: '2025-12-31',
  luminaires: { count: 10, power: 50 },
  driverLosses: 0.08,
  on: 'sunset',
  off: 'sunrise',
  programme: { level: 1 },
  tariff: { energy: 0.25 },
};
const CORNERS = [
  [5.93, 49.46],
  [5.94, 49.46],
  [5.94, 49.48],
  [5.93, 49.48],
];
const AREA = { type: 'Polygon', coordinates: [[...CORNERS, CORNERS[0]]] };
const RULE = {
  id: 'urn:ngsi-ld:Rule:other',
  name: { fr: MARK, en: MARK },
  text: { fr: '{entity}', en: '{entity}' },
  scope: { types: ['Streetlight'], scopeQ: OTHER.scope },
  when: { attr: 'powerState', op: '==', value: 'bootingUp' },
  clear: { when: { attr: 'powerState', op: '==', value: 'on' } },
  severity: 'high',
  category: 'lighting',
};
const BOARD = { title: MARK, roles: ['night'], period: '30d', widgets: [] };
const QUESTION = { title: MARK, question: { type: 'Streetlight', measure: { kind: 'count' } } };
const VIEW = { title: MARK, address: '/map', group: 'of-others' };
const ROWS = {
  name: 'other',
  format: 'csv',
  rows: [{ id: 'a', values: [MARK] }],
  columns: [{ name: 'a', kind: 'text' }],
};
const DATASET = {
  title: { fr: MARK },
  description: { fr: `${MARK} `.repeat(20) },
  keywords: [MARK],
  theme: 'ENER',
  contact: { name: MARK, email: 'x@example.org' },
  source: { types: ['Streetlight'], content: { kind: 'current' } },
  columns: [{ name: 'nom', attribute: 'name', kind: 'text', title: { fr: 'Nom' } }],
  geometry: true,
  frequency: 'daily',
};
const PDF = Buffer.from('%PDF-1.4\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer\n<< /Root 1 0 R >>\n%%EOF\n');
const LAMP = idOf('Streetlight');
const ALARM = { severity: 'high', category: 'lighting', text: MARK, about: [LAMP] };
const NOTE = { note: MARK, group: 'of-others' };
const WORK_ORDER = { name: MARK, about: [LAMP], organisation: 'Prestataire_B' };
const OVERRIDE = {
  lamps: [LAMP],
  level: 0.2,
  until: new Date(Date.now() + 3_600_000).toISOString(),
  reason: MARK,
};
const PLAN = { strategy: 'other', kind: 'commune', zone: OTHER.name };
const STRATEGY = { name: MARK, programme: { level: 0.5 } };
const ROUND = { by: 'all', kind: 'glass', keep: true };
const ITEM = {
  kind: 'news',
  owner: OTHER.slug,
  state: 'draft',
  document: { texts: { fr: { title: MARK, body: MARK } } },
};
const REPORT = { category: 'pothole', location: { lat: 49.4703, lon: 5.9312 }, description: MARK };
const PROCEDURE = {
  title: { fr: 'Question' },
  summary: { fr: 'Une question' },
  topic: 'other',
  audience: ['citizen'],
  contact: { email: 'optional', phone: 'none' },
  service: { name: { fr: 'Accueil' }, phone: '03 82 00 00 00' },
  form: {
    sections: [
      {
        id: 'question',
        title: { fr: 'Question' },
        fields: [
          { id: 'where', kind: 'commune', label: { fr: 'Commune' }, required: true },
          { id: 'text', kind: 'longText', label: { fr: 'Texte' } },
        ],
      },
    ],
  },
  place: 'where',
  deadline: { amount: 2, unit: 'months', silence: 'none', resume: 'continue' },
  missingPartsDays: 15,
  functions: [],
  states: [
    { id: 'open', name: { fr: 'Ouvert' }, kind: 'open', actions: [{ id: 'end', name: { fr: 'Fin' }, to: 'done' }] },
    { id: 'done', name: { fr: 'Fait' }, kind: 'done', actions: [] },
  ],
  privacy: { purpose: { fr: 'Répondre' }, legalBasis: 'publicTask', keepDays: 365 },
};
const COMPANY = { number: '732829320', name: MARK, person: MARK, email: 'root@example.org' };
const DOSSIER = {
  version: 1,
  language: 'fr',
  applicant: { kind: 'citizen', name: MARK },
  answers: { where: OTHER.slug, text: MARK },
};
const PERIOD = { from: new Date(Date.now() - 86_400_000).toISOString(), to: new Date().toISOString() };

const TREES = {
  model: 'trees',
  variants: [{ name: 'trees', levers: { trees: 10 } }],
  years: 5,
  discountRate: 0.03,
  seed: 1,
  draws: 100,
  goals: [],
};
const PLANNED = { title: MARK, question: MARK, ...TREES };

/** Required parameters. */
export const QUERIES: { readonly [path: string]: string } = {
  '/rules/{id}/explain': `?entity=${LAMP}`,
  '/mobility/counters/{id}': '?attribute=intensity',
  '/decisions/explanations': '?name=cooling',
  '/lighting/strategies/{id}/nights': '?from=2026-01-01&to=2026-01-02',
};

/** Bodies of requests that are about objects of the other commune, or would create one there. */
export const BODIES: { readonly [operation: string]: object } = {
  'POST /alarms': ALARM,
  'POST /alarms/{id}/acts': { act: 'acknowledge' },
  'POST /alarms/handover/notes': NOTE,
  'POST /work-orders': WORK_ORDER,
  'POST /work-orders/{id}/acts': { acts: [{ key: 'a', at: PERIOD.to, act: { act: 'start' } }] },
  'POST /lighting/zones': { name: 'a zone of others', area: AREA },
  'POST /lighting/plans': PLAN,
  'POST /lighting/overrides': { ...OVERRIDE, pace: { lamps: 1, everyS: 1 } },
  'PUT /lighting/strategies/{id}': { ...STRATEGY, name: 'replaced' },
  'POST /lighting/scenarios': { name: 'a scenario of others', simulation: SIMULATION },
  'POST /waste/rounds': ROUND,
  'POST /waste/simulations': { days: 28 },
  'POST /publishing/items': ITEM,
  'PUT /publishing/items/{id}': ITEM,
  'POST /reports': REPORT,
  'POST /reports/{id}/acts': { act: 'accept' },
  'POST /citizen/v1/procedures/account/companies/{company}/members': {
    person: 'Somebody',
    email: 'somebody@example.org',
    role: 'owner',
    language: 'fr',
  },
  'POST /procedures/dossiers/{id}/acts': { act: 'note', text: 'of others' },
  'POST /rules/backtest': { rule: RULE, ...PERIOD },
  'POST /rules/{id}/backtest': PERIOD,
  'PUT /dashboards/{id}': BOARD,
  'PUT /dashboards/questions/{id}': QUESTION,
  'POST /decisions/simulations': TREES,
  'POST /decisions/explanations': TREES,
  'PUT /dashboards/views/{id}': VIEW,
  'PUT /decisions/scenarios/{id}': PLANNED,
  'POST /decisions/scenarios/{id}/comments': { text: 'of others' },
  'POST /insights/outputs/{id}/feedback': { isRight: true },
  'POST /publishing/items/{id}/proposals/{proposal}/refuse': { reason: 'of others' },
  'POST /publishing/items/{id}/keepers': {},
  'POST /opendata/preview': DATASET,
  'PUT /energy/buildings/{id}/budget': { year: 2026, amount: 1 },
  'POST /assistant/tools/{name}': { type: 'Streetlight' },
  'POST /territory/analysis': { type: 'Streetlight', group: [{ by: 'entity' }] },
};

/**
 * Creates objects of every service in the other commune, as its administrator.
 *
 * @returns the id for the first parameter of each path, by what comes before it: `/alarms` → `urn:…`
 */
export async function createOthersObjects(ask: Ask): Promise<ReadonlyMap<string, string>> {
  const made = async (method: 'POST' | 'PUT', url: string, body: object | Buffer) => {
    const answer = await ask(method, url, body);
    assert.ok(answer.status < 300, `${method} ${url}: ${answer.status} ${JSON.stringify(answer.body)}`);
    return answer.body;
  };
  await made(
    'POST',
    '/ngsi-ld/v1/entityOperations/upsert',
    ENTITIES.map(([type, attributes]) => ({
      id: idOf(type),
      type,
      scope: OTHER.scope,
      name: text(MARK),
      location: AT,
      address: text({ streetAddress: MARK, addressLocality: OTHER.name }),
      ...attributes,
    })),
  );
  await made('PUT', '/lighting/strategies/other', STRATEGY);
  await made('PUT', '/lighting/override-policy', { approvalFrom: 1 });
  const round = await made('POST', '/waste/rounds', ROUND);
  await made('PUT', '/opendata/datasets/other', DATASET);
  await made('PUT', '/dashboards/other', BOARD);
  await made('PUT', '/dashboards/questions/other', QUESTION);
  await made('PUT', '/dashboards/views/other', VIEW);
  await made('PUT', '/decisions/scenarios/other', PLANNED);
  await made('PUT', '/procedures/other', PROCEDURE);
  await made('POST', '/procedures/other/publish', {});
  const company = await made('POST', '/citizen/v1/procedures/account/companies', COMPANY);
  const created = {
    '/alarms': await made('POST', '/alarms', ALARM),
    '/alarms/handover/notes': await made('POST', '/alarms/handover/notes', NOTE),
    '/work-orders': await made('POST', '/work-orders', WORK_ORDER),
    '/lighting/zones': await made('POST', '/lighting/zones', { name: MARK, area: AREA }),
    '/lighting/scenarios': await made('POST', '/lighting/scenarios', { name: MARK, simulation: SIMULATION }),
    '/lighting/plans': await made('POST', '/lighting/plans', PLAN),
    '/lighting/overrides': await made('POST', '/lighting/overrides', OVERRIDE),
    '/waste/rounds': round.kept[0],
    '/publishing/items': (await made('POST', '/publishing/items', ITEM)).item,
    '/reports': await made('POST', '/reports', REPORT),
    '/procedures/dossiers': await made('POST', '/citizen/v1/procedures/other/dossiers', DOSSIER),
    '/citizen/v1/procedures/account/companies': company,
    '/rules': await made('POST', '/rules', RULE),
    '/files': await made(
      'POST',
      '/files?visibility=public&name=zzgeheim.pdf&entity=urn:ngsi-ld:Streetlight:other',
      PDF,
    ),
    '/opendata/exports': await made('POST', '/opendata/exports', ROWS),
  };
  return new Map([
    ...Object.entries(created).map(([path, { id }]) => [path, String(id)] as const),
    ['/lighting/strategies', 'other'],
    ['/dashboards/questions', 'other'],
    ['/dashboards/views', 'other'],
    ['/channels/push/subscriptions', 'other'],
    ['/insights/outputs', 'other'],
    ['/assistant/tools', 'query_entities'],
    ['/assistant/proposals', 'other'],
    ['/lighting/lamps', LAMP],
    ['/sta/v1.1', `Things('${LAMP}')`],
    ['/procedures', 'other'],
    ['/procedures/resources', 'other'],
    ['/citizen/v1/procedures/account', 'absent'],
    ['/dashboards', 'other'],
    ['/decisions/scenarios', 'other'],
    ['/decisions/models', 'other'],
    ['/decisions/indicators', 'other'],
    ['/opendata/datasets', 'other'],
    ['/waste/containers', idOf('WasteContainer')],
    ['/energy/buildings', idOf('Building')],
    ['/environment/stations', idOf('AirQualityObserved')],
    ['/mobility/counters', idOf('TrafficFlowObserved')],
  ]);
}
