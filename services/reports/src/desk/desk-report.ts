import type { Judge } from '@alzette/kit/objects';
import { mayModerate, mayReport } from '../acting/report-objects.ts';
import type { ReportParts } from '../parts.ts';
import { isOpen } from '../report/report.ts';
import type { Author } from '../store/author-rows.ts';
import type { StoredReport } from '../store/report-rows.ts';

const DAY_MS = 86_400_000;

/** A report compared with the promised time: `soon` is within two days. */
export type Clock = 'done' | 'onTime' | 'soon' | 'late';

/**
 * A report for the desk: with the author's text, but not their contact. Without the right to moderate the commune, only
 * with what was accepted.
 */
export function deskReport(
  { files }: Pick<ReportParts, 'files'>,
  { tenant, version, report }: StoredReport,
  author: Author | undefined,
  judge: Judge,
  now = Date.now(),
) {
  const moderates = mayModerate(judge, report);
  return {
    ...report,
    version,
    mayAct: mayReport(judge, 'write', report),
    mayModerate: moderates,
    words: moderates ? (author?.words ?? {}) : {},
    ...(moderates && author !== undefined && { language: author.language }),
    clock: clockOf(report, now),
    photos: report.photos
      .filter(({ isPublic }) => moderates || isPublic)
      .map(({ id, isPublic }) => ({
        id,
        isPublic,
        url: files.link(tenant, {
          id,
          visibility: isPublic && report.moderation === 'accepted' ? 'public' : 'private',
        }),
      })),
  };
}

function clockOf({ status, promisedAt, closedAt }: StoredReport['report'], now: number): Clock {
  if (promisedAt === undefined) return isOpen(status) ? 'onTime' : 'done';
  const promised = Date.parse(promisedAt);
  if (!isOpen(status)) return closedAt !== undefined && Date.parse(closedAt) > promised ? 'late' : 'done';
  if (promised < now) return 'late';
  return promised - now < 2 * DAY_MS ? 'soon' : 'onTime';
}
