import { readCategories } from '../categories/categories.ts';
import type { ReportParts } from '../parts.ts';
import { ownerOf } from '../report/photos.ts';
import { entityOf, REPORT_CONTEXT_PATH } from '../report/report-entity.ts';
import { loadReports, markWritten, type StoredReport, takeUnwritten } from './report-rows.ts';

type WriteParts = Pick<ReportParts, 'db' | 'client' | 'publicUrl' | 'territories' | 'files' | 'logger'>;

const UNWRITTEN_AFTER_S = 30;
const AT_ONCE = 100;

/**
 * Writes a report's entity, publishes or hides its photos, and deletes removed ones, until both match the report.
 *
 * @throws Error: the broker or the store refused it; it is retried later
 */
export async function writeEntity(parts: WriteParts, tenant: string, id: string): Promise<void> {
  for (;;) {
    const kept = (await loadReports(parts.db, tenant, [id])).get(id);
    if (kept === undefined) return;
    await writeOnce(parts, kept);
    // The report may have changed in the meantime, and the other write may have come first.
    if (await markWritten(parts.db, kept)) return;
  }
}

async function writeOnce(
  { db, client, publicUrl, territories, files }: WriteParts,
  { tenant, report }: StoredReport,
): Promise<void> {
  const ids = report.photos.map((photo) => photo.id);
  const owner = ownerOf(report.id);
  await files.attach(tenant, ids, owner);
  const isShown = report.moderation === 'accepted';
  const shown = report.photos.filter(({ isPublic }) => isShown && isPublic).map((photo) => photo.id);
  await files.setVisibility(tenant, shown, owner, 'public');
  await files.setVisibility(
    tenant,
    ids.filter((photo) => !shown.includes(photo)),
    owner,
    'private',
  );
  await files.remove(tenant, report.discardedPhotos ?? [], owner);
  const category = (await readCategories(db, tenant)).find(({ code }) => code === report.category);
  const entity = entityOf(report, category?.name.fr ?? report.category, territories.publicUrl(tenant));
  const context = publicUrl + REPORT_CONTEXT_PATH;
  const { errors } = await client.batchUpsert([entity], { tenant, context });
  const [refusal] = errors;
  if (refusal) throw new Error(`${refusal.entityId}: ${refusal.error.title}: ${refusal.error.detail}`);
}

/** Writes entities that a process did not come to write. @returns how many */
export async function writeUnwritten(parts: WriteParts, olderThanS = UNWRITTEN_AFTER_S): Promise<number> {
  const behind = await takeUnwritten(parts.db, olderThanS, AT_ONCE);
  let written = 0;
  for (const { tenant, report } of behind) {
    try {
      await writeEntity(parts, tenant, report.id);
      written += 1;
    } catch (error) {
      parts.logger.error({ err: error, report: report.id }, 'could not write the entity of a report');
    }
  }
  return written;
}
