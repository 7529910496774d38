import type { DemoContext } from '@alzette/kit/service';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { type Actor, actOnReport } from '../../services/reports/src/actions/act.ts';
import { BUILT_IN_CATEGORIES } from '../../services/reports/src/categories/built-in-categories.ts';
import type { Report } from '../../services/reports/src/contract/report.ts';
import type { ReportParts } from '../../services/reports/src/parts.ts';
import { PHOTO_OWNER } from '../../services/reports/src/report/photos.ts';
import type { Position } from '../../services/reports/src/report/place.ts';
import { readDocuments, saveDocument } from '../../services/reports/src/store/documents/documents.ts';
import { loadReports, type StoredReport } from '../../services/reports/src/store/report-rows.ts';
import { submitReport } from '../../services/reports/src/submitting/submit.ts';
import { packDocuments } from '../packs/documents.ts';
import { drawPhoto, SUBJECTS } from './draw-photo.ts';
import { type DemoReport, demoReports } from './examples.ts';

/** The addresses are examples, so that nothing reaches the real ones. */
const DEPARTMENTS = [
  {
    department: '57',
    name: 'Conseil départemental de la Moselle',
    url: 'https://www.moselle.fr',
    email: 'routes@moselle.example',
  },
  {
    department: '54',
    name: 'Conseil départemental de Meurthe-et-Moselle',
    url: 'https://meurthe-et-moselle.fr',
    email: 'routes@meurthe-et-moselle.example',
  },
];
const HOUR_MS = 3_600_000;
const MAX_ASSETS = 1000;
/** Every third report has no photo. */
const WITHOUT_PHOTO = 3;
/** Maximum distance from the centre of a commune in degrees, small enough to stay inside it. */
const SCATTER = 0.004;

/**
 * Creates a month of reports with the acts of the desk. Those that an earlier start completed are not changed; one that
 * it left half done is completed.
 */
export async function putReports(parts: ReportParts, { tenant, context, signal }: DemoContext): Promise<void> {
  const assets = {
    'street-light': await assetsOf(parts, tenant, context, 'Streetlight'),
    'container-full': await assetsOf(parts, tenant, context, 'WasteContainer'),
  };
  await putContacts(parts, tenant);
  await putCategories(parts, tenant);
  const reports = demoReports();
  const known = await loadReports(
    parts.db,
    tenant,
    reports.map((_, i) => idOf(i)),
  );
  const now = Date.now();
  for (const [i, report] of reports.entries()) {
    signal.throwIfAborted();
    const earlier = known.get(idOf(i));
    if (earlier !== undefined) {
      await completeReport(parts, tenant, report, earlier);
      continue;
    }
    const own = assets[report.category as keyof typeof assets];
    await putReport(parts, tenant, report, i, own?.[(i * 7) % own.length], now);
  }
}

/** Each commune's département, unless somebody has changed the category. */
async function putContacts({ db, territories }: ReportParts, tenant: string): Promise<void> {
  const code = 'department-road';
  const category = BUILT_IN_CATEGORIES.find((each) => each.code === code);
  if (category === undefined || (await readDocuments(db, tenant, 'category')).has(code)) return;
  const contacts = DEPARTMENTS.flatMap(({ department, ...contact }) => {
    const communes = territories
      .of(tenant)
      .communes.filter((each) => each.department === department)
      .map(({ slug }) => slug);
    return communes.length === 0 ? [] : [{ ...contact, communes }];
  });
  await saveDocument(db, tenant, 'category', code, { ...category, contacts });
}

/** The categories and prepared replies of packs, unless they exist. */
async function putCategories({ db }: ReportParts, tenant: string): Promise<void> {
  for (const [kind, folder] of [
    ['category', 'report-categories'],
    ['template', 'reply-templates'],
  ] as const) {
    const known = await readDocuments(db, tenant, kind);
    for (const { id, body } of await packDocuments<object>(folder)) {
      if (known.has(id)) continue;
      await saveDocument(db, tenant, kind, id, kind === 'category' ? { code: id, ...body } : { id, ...body });
    }
  }
}

async function putReport(
  parts: ReportParts,
  tenant: string,
  demo: DemoReport,
  i: number,
  asset: Entity | undefined,
  now: number,
) {
  const { files, territories } = parts;
  const { communes } = territories.of(tenant);
  const subject = SUBJECTS[demo.category];
  const photos: string[] = [];
  if (subject !== undefined && i % WITHOUT_PHOTO !== 1) {
    const bytes = await drawPhoto(subject, i);
    photos.push(
      (await files.put(tenant, bytes, { owner: { kind: PHOTO_OWNER }, visibility: 'private', key: `demo-${i}` })).id,
    );
  }
  const commune = communes[(i * 3) % communes.length];
  const [longitude = 0, latitude = 0] = commune?.center ?? [];
  const scattered: Position = [longitude + scatter(i), latitude + scatter(i + 5) * 0.6];
  const at = new Date(now - demo.daysAgo * 24 * HOUR_MS);
  const { report } = await submitReport(parts, {
    tenant,
    id: idOf(i),
    key: `demo-${i}`,
    source: i % 8 === 3 ? 'desk' : 'app',
    at,
    given: {
      category: demo.category,
      position: positionOf(asset) ?? scattered,
      text: demo.text,
      ...(asset !== undefined && { asset: asset.id }),
      photos,
      answers: demo.answers ?? {},
      contact: i % 4 === 0 ? { email: `demo-${i}@example.org` } : {},
      language: 'fr',
    },
  });
  await actOn(parts, tenant, report, actsOf(demo));
}

type TimedAct = DemoReport['acts'][number];

function actsOf({ acts, supporters }: DemoReport): readonly TimedAct[] {
  return supporters === undefined ? acts : [...acts, [0, { act: 'support', supporters }]];
}

/** Each act makes a version, so the version tells which acts an interrupted start has applied. */
async function completeReport(parts: ReportParts, tenant: string, demo: DemoReport, { version, report }: StoredReport) {
  await actOn(parts, tenant, report, actsOf(demo).slice(version - 1));
}

async function actOn(parts: ReportParts, tenant: string, { id, requestedAt }: Report, acts: readonly TimedAct[]) {
  for (const [hours, act] of acts) {
    const actor: Actor = { tenant, name: act.act === 'survey' ? 'author' : 'service:demo' };
    await actOnReport(parts, actor, id, act, new Date(Date.parse(requestedAt) + hours * HOUR_MS));
  }
}

async function assetsOf({ client }: ReportParts, tenant: string, context: string, type: string): Promise<Entity[]> {
  return (await client.queryEntities({ type, tenant, context, format: 'simplified', limit: MAX_ASSETS })).entities;
}

function positionOf(entity: Entity | undefined): Position | undefined {
  const { location } = (entity ?? {}) as {
    readonly location?: { readonly type?: string; readonly coordinates?: readonly number[] };
  };
  const [longitude, latitude] = location?.type === 'Point' ? (location.coordinates ?? []) : [];
  return longitude === undefined || latitude === undefined ? undefined : [longitude, latitude];
}

function scatter(seed: number): number {
  return (((seed * 7919) % 200) / 100 - 1) * SCATTER;
}

/** In the format of report ids, but never equal to one, because those contain no O. */
function idOf(i: number): string {
  return `DEMO${String(i + 1).padStart(6, '0')}`;
}
