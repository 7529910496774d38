import type { Judge } from '@alzette/kit/objects';
import { mayModerate, mayReport } from '../actions/report-objects.ts';
import type { Clock, DeskReport } from '../contract/desk.ts';
import type { Words } from '../contract/report.ts';
import type { ReportSettings } from '../contract/setup.ts';
import { maskText } from '../guard/words.ts';
import type { ReportParts } from '../parts.ts';
import { isOpen } from '../report/report.ts';
import type { Author } from '../store/author-rows.ts';
import type { StoredReport } from '../store/report-rows.ts';

const DAY_MS = 86_400_000;

/**
 * A report for the desk: with the author's text, but not their contact. Without the right to moderate the commune, only
 * with what was accepted.
 */
export function deskReport(
  { files }: Pick<ReportParts, 'files'>,
  { tenant, version, report }: StoredReport,
  author: Author | undefined,
  judge: Judge,
  settings: ReportSettings,
  now = Date.now(),
): DeskReport {
  const moderates = mayModerate(judge, report);
  const mayAct = mayReport(judge, 'write', report);
  return {
    ...report,
    version,
    mayAct,
    mayModerate: moderates,
    words: moderates && author !== undefined ? withMasked(author.words, settings) : {},
    ...(mayAct && author !== undefined && { language: author.language }),
    clock: clockOf(report, now),
    photos: report.photos
      .filter(({ isPublic }) => moderates || isPublic)
      .map(({ id, isPublic }) => ({
        id,
        isPublic,
        url: files.path(tenant, {
          id,
          visibility: isPublic && report.moderation === 'accepted' ? 'public' : 'private',
        }),
      })),
  };
}

/** With the text as it may be published. */
function withMasked(words: Words, settings: ReportSettings) {
  return { ...words, ...(words.text !== undefined && { masked: maskText(words.text, settings) }) };
}

function clockOf({ status, promisedAt, closedAt }: StoredReport['report'], now: number): Clock {
  if (promisedAt === undefined) return isOpen(status) ? 'onTime' : 'done';
  const promised = Date.parse(promisedAt);
  if (!isOpen(status)) return closedAt !== undefined && Date.parse(closedAt) > promised ? 'late' : 'done';
  if (promised < now) return 'late';
  return promised - now < 2 * DAY_MS ? 'soon' : 'onTime';
}
