import type { DemoContext, TerritoryInfo } from '@alzette/kit/service';
import { readResources, saveResource } from '../services/procedures/src/bookings/booking-rows.ts';
import { slotsOf } from '../services/procedures/src/bookings/slots.ts';
import { localDay } from '../services/procedures/src/clock/deadline.ts';
import type { Answers, DossierAct, Procedure, Resource } from '../services/procedures/src/contract/contract.ts';
import { actOnDossier } from '../services/procedures/src/operator/act.ts';
import type { ProcedureParts } from '../services/procedures/src/parts.ts';
import { originOf, submit } from '../services/procedures/src/sending/send.ts';
import { LAST_PAGES } from '../services/procedures/src/statistics/figures.ts';
import { findByOrigin } from '../services/procedures/src/stored/dossier-rows.ts';
import { countReached } from '../services/procedures/src/stored/statistic-rows.ts';
import {
  findPublished,
  publishDraft,
  readVersionsOf,
  saveDraft,
} from '../services/procedures/src/stored/version-rows.ts';
import { packDocuments } from './packs/documents.ts';

const DAY_MS = 86_400_000;
/** From the centre of a commune to an address, in degrees. */
const BESIDE = 0.0012;

/** A dossier of the demo. The names are invented. */
interface Example {
  readonly procedure: string;
  readonly name: string;
  readonly kind: 'citizen' | 'company' | 'association';
  readonly language: 'fr' | 'en' | 'de' | 'lb';
  readonly daysAgo: number;
  readonly commune: number;
  answers(place: Place): Answers;
  readonly acts: readonly DossierAct[];
  /** When they were done; absent: at the start of the demo. */
  readonly actedDaysAgo?: number;
}

interface Place {
  readonly lon: number;
  readonly lat: number;
  readonly commune: string;
  readonly slot: string;
  /** A day to come. */
  readonly day: string;
}

const address = ({ lon, lat, commune }: Place, text: string) => ({ text, commune, location: { lat, lon } });

const EXAMPLES: readonly Example[] = [
  {
    procedure: 'bin',
    name: 'Claude Petit',
    kind: 'citizen',
    language: 'fr',
    daysAgo: 1,
    commune: 0,
    answers: (place) => ({ problem: 'broken', part: ['lid'], address: address(place, '4 rue des Mineurs') }),
    acts: [],
  },
  {
    procedure: 'bin',
    name: 'Anke Weber',
    kind: 'citizen',
    language: 'de',
    daysAgo: 4,
    commune: 2,
    answers: (place) => ({ problem: 'new', persons: 4, address: address(place, '12 rue de la Gare') }),
    acts: [{ act: 'askParts', text: 'Bitte geben Sie an, wie viele Personen im Haushalt leben.', fields: ['persons'] }],
  },
  {
    procedure: 'bin',
    name: 'Boulangerie du Parc',
    kind: 'company',
    language: 'fr',
    daysAgo: 9,
    commune: 4,
    answers: (place) => ({ problem: 'missing', address: address(place, '1 place du Marché') }),
    acts: [{ act: 'step', action: 'order' }],
  },
  {
    procedure: 'bulky-waste',
    name: 'Joao Ferreira',
    kind: 'citizen',
    language: 'lb',
    daysAgo: 2,
    commune: 1,
    answers: (place) => ({
      objects: [{ thing: 'sofa', count: 1 }],
      address: address(place, '8 rue de l’Usine'),
      slot: { slot: place.slot },
    }),
    acts: [{ act: 'step', action: 'accept' }],
  },
  {
    procedure: 'bulky-waste',
    name: 'Sarah Klein',
    kind: 'citizen',
    language: 'en',
    daysAgo: 0,
    commune: 3,
    answers: (place) => ({
      objects: [
        { thing: 'mattress', count: 2 },
        { thing: 'table', count: 1 },
      ],
      reuse: true,
      address: address(place, '23 rue du Stade'),
      slot: { slot: place.slot },
    }),
    acts: [],
  },
  {
    procedure: 'event-light',
    name: 'Comité des fêtes',
    kind: 'association',
    language: 'fr',
    daysAgo: 3,
    commune: 0,
    answers: ({ lon, lat, day }) => ({
      name: 'Marché d’hiver',
      organiser: 'french',
      rna: 'W572000123',
      area: { type: 'Polygon', coordinates: [ringAround(lon, lat)] },
      period: { from: `${day}T18:00`, to: `${day}T23:30` },
      level: 100,
    }),
    acts: [{ act: 'assign', assignee: 'eclairage' }],
  },
  {
    procedure: 'composter',
    name: 'Inès Moreau',
    kind: 'citizen',
    language: 'fr',
    daysAgo: 1,
    commune: 2,
    answers: (place) => ({
      use: 'garden',
      gardenSize: 240,
      size: 'small',
      address: address(place, '6 rue des Jardins'),
    }),
    acts: [],
  },
  {
    procedure: 'composter',
    name: 'Marc Thill',
    kind: 'citizen',
    language: 'lb',
    daysAgo: 16,
    commune: 0,
    answers: (place) => ({ use: 'shared', households: 8, size: 'large', address: address(place, '15 rue Foch') }),
    acts: [
      { act: 'paid', number: 'Q-2026-118' },
      { act: 'step', action: 'order' },
      { act: 'step', action: 'delivered' },
    ],
    actedDaysAgo: 7,
  },
  {
    procedure: 'bin',
    name: 'Nadia Rossi',
    kind: 'citizen',
    language: 'fr',
    daysAgo: 12,
    commune: 1,
    answers: (place) => ({ problem: 'broken', part: ['wheel'], address: address(place, '31 rue de la Côte') }),
    acts: [
      { act: 'step', action: 'order' },
      { act: 'step', action: 'finish' },
    ],
    actedDaysAgo: 8,
  },
];

function ringAround(lon: number, lat: number): number[][] {
  const [east, north] = [0.0015, 0.001];
  return [
    [lon - east, lat - north],
    [lon + east, lat - north],
    [lon + east, lat + north],
    [lon - east, lat + north],
    [lon - east, lat - north],
  ];
}

/** Publishes the procedures of packs, and sends some requests. What an earlier start has made stays as it is. */
export async function putProcedures(parts: ProcedureParts, { tenant, signal }: DemoContext): Promise<void> {
  const resources = await readResources(parts.db, tenant);
  for (const { id, body } of await packDocuments<Resource>('booking-resources'))
    if (!resources.has(id)) await saveResource(parts.db, tenant, id, body);
  for (const { id, body } of await packDocuments<Procedure>('procedures')) await publish(parts, tenant, id, body);
  for (const [n, example] of EXAMPLES.entries()) {
    signal.throwIfAborted();
    await send(parts, tenant, example, n);
  }
}

async function publish({ db }: ProcedureParts, tenant: string, id: string, document: Procedure): Promise<void> {
  if ((await readVersionsOf(db, tenant, id)).some(({ state }) => state !== 'draft')) return;
  await saveDraft(db, tenant, id, document);
  await publishDraft(db, tenant, id, 1);
}

async function send(parts: ProcedureParts, tenant: string, example: Example, n: number): Promise<void> {
  const { procedure, name, kind, language, daysAgo, answers, acts, actedDaysAgo = 0 } = example;
  const key = `demo-${n}`;
  if ((await findByOrigin(parts.db, tenant, originOf(procedure, key))) !== undefined) return;
  const version = await findPublished(parts.db, tenant, procedure);
  const resource = (await readResources(parts.db, tenant)).get('bulky-waste');
  if (version === undefined || resource === undefined) return; // somebody has ended it
  const now = new Date(Date.now() - daysAgo * DAY_MS);
  const place = placeOf(parts.territories.of(tenant), example, resource, now);
  const applicant = { kind, name, email: `demo-${n}@example.org`, phone: '03 82 00 00 00' };
  const given = { version: version.version, language, applicant, answers: answers(place) };
  const sent = await submit(parts, { tenant, procedure, given, key, now });
  if ('faults' in sent) throw new Error(`the demo's request ${key}: ${JSON.stringify(sent.faults)}`);
  const day = localDay(now, parts.territories.of(tenant).timeZone);
  const pages = [...version.document.form.sections.map(({ id }) => id), ...LAST_PAGES];
  // Somebody else began the form that day, and left it at its second page.
  for (const page of [...pages, ...pages.slice(0, 2)]) await countReached(parts.db, tenant, { procedure, page, day });
  const agent = { name: 'service:demo', author: null, person: null, may: () => true };
  const actedAt = new Date(Date.now() - actedDaysAgo * DAY_MS);
  for (const act of acts) await actOnDossier(parts, { tenant, id: sent.dossier.id }, act, agent, actedAt);
}

function placeOf(territory: TerritoryInfo, { commune: n }: Example, resource: Resource, now: Date): Place {
  const { communes } = territory;
  const commune = communes[n % communes.length];
  const [lon, lat] = commune?.center ?? [0, 0];
  const day = (days: number) => new Date(now.getTime() + days * DAY_MS).toISOString().slice(0, 10);
  const [slot] = slotsOf('bulky-waste', resource, territory, { from: day(5), to: day(30), now });
  return { lon: lon + BESIDE, lat, commune: commune?.slug ?? '', slot: slot?.id ?? '', day: day(20) };
}
