import type { PersonalData } from '../contract/report.ts';
import type { ReportParts } from '../parts.ts';
import { loadAuthors } from '../store/author-rows.ts';
import { readJournal } from '../store/journal.ts';
import { loadReports } from '../store/report-rows.ts';

/**
 * All data of reports and their authors, for a request by GDPR, articles 15 and 20.
 *
 * @param shown the addresses of a photo, for who asks
 */
export async function exportReports(
  { db, secrets }: ReportParts,
  tenant: string,
  ids: readonly string[],
  shown: (photo: string) => Promise<string[]>,
): Promise<PersonalData> {
  const reports = await loadReports(db, tenant, ids);
  const authors = await loadAuthors(db, secrets, tenant, ids);
  return Promise.all(
    [...reports.values()].map(async ({ report }) => {
      const author = authors.get(report.id);
      const entries = await readJournal(db, tenant, report.id, ['public', 'author']);
      return {
        report: { ...report, photos: (await Promise.all(report.photos.map(({ id }) => shown(id)))).flat() },
        ...(author && { contact: author.contact, language: author.language, words: author.words }),
        journal: entries.map(({ at, act, status, text }) => ({
          at,
          act,
          ...(status && { status }),
          ...(text !== undefined && { text }),
        })),
      };
    }),
  );
}
