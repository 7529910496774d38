import type { Category } from '../contract/categories.ts';
import type { PublicReport, Timeline } from '../contract/citizen.ts';
import type { Entry } from '../contract/desk.ts';
import type { Report } from '../contract/report.ts';
import type { ReportParts } from '../parts.ts';
import { isOpen } from '../report/report.ts';

/** The public representation of an accepted report. */
export function publicReport(
  { files }: Pick<ReportParts, 'files'>,
  tenant: string,
  report: Report,
  category: Category | undefined,
): PublicReport {
  const { id, position, commune, status, requestedAt, updatedAt, promisedAt, closedAt, supporters, asset } = report;
  const photos = report.photos.filter(({ isPublic }) => isPublic);
  return {
    id,
    category: report.category,
    name: category?.name ?? { fr: report.category },
    icon: category?.icon ?? 'map-marker',
    status,
    isOpen: isOpen(status),
    location: { lat: position[1], lon: position[0] },
    commune,
    ...(asset !== undefined && { asset }),
    ...(report.publicText !== undefined && { description: report.publicText }),
    ...(report.publicAddress !== undefined && { address: report.publicAddress }),
    photos: photos.map((photo) => files.path(tenant, { id: photo.id, visibility: 'public' })),
    requestedAt,
    updatedAt,
    ...(promisedAt !== undefined && { promisedAt }),
    ...(closedAt !== undefined && { closedAt }),
    ...(report.duplicateOf !== undefined && { duplicateOf: report.duplicateOf }),
    supporters,
  };
}

/** The public part of the journal: events and times, without the names of the desk. */
export function timelineOf(entries: readonly Entry[]): Timeline {
  return entries.map(({ n, at, act, status, text, detail }) => ({
    n,
    at,
    act,
    ...(status !== undefined && { status }),
    ...(text !== undefined && { text }),
    ...(typeof detail.language === 'string' && { language: detail.language }),
    ...(typeof detail.promisedAt === 'string' && { promisedAt: detail.promisedAt }),
    ...(typeof detail.duplicateOf === 'string' && { duplicateOf: detail.duplicateOf }),
  }));
}
