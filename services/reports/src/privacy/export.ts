import { loadAuthors } from '../kept/author-rows.ts';
import { readJournal } from '../kept/journal.ts';
import { loadReports } from '../kept/report-rows.ts';
import type { ReportParts } from '../parts.ts';

/** All data of reports and their authors, for a request by GDPR, articles 15 and 20. */
export async function exportReports({ db, secrets, files }: ReportParts, tenant: string, ids: readonly string[]) {
  const reports = await loadReports(db, tenant, ids);
  const authors = await loadAuthors(db, secrets, tenant, ids);
  return Promise.all(
    [...reports.values()].map(async ({ report }) => {
      const { contact, language, words } = authors.get(report.id) ?? {};
      const entries = await readJournal(db, tenant, report.id, ['public', 'author']);
      return {
        report: { ...report, photos: report.photos.map(({ id }) => files.link(tenant, { id, visibility: 'private' })) },
        contact,
        language,
        words,
        journal: entries.map(({ at, act, status, text }) => ({ at, act, status, text })),
      };
    }),
  );
}
