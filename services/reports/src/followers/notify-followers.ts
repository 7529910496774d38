import type { Language } from '@alzette/kit/languages';
import { readCategories } from '../categories/categories.ts';
import { inLanguage } from '../categories/category.ts';
import type { NotifyJob, ReportParts } from '../parts.ts';
import type { Texts } from '../ports.ts';
import { loadAuthors } from '../store/author-rows.ts';
import { readJournal } from '../store/journal.ts';
import { followToken, topicOf } from '../store/keyed.ts';
import { duplicatesOf, loadReports } from '../store/report-rows.ts';
import { sentenceOf } from './sentences.ts';

type NotifyParts = Pick<ReportParts, 'db' | 'secrets' | 'keyed' | 'mail' | 'push' | 'territories'>;

/**
 * Notifies the followers of a report, and of those merged into it: devices by push, without any written text; authors
 * with an address by e-mail.
 */
export async function notifyFollowers(parts: NotifyParts, { tenant, report: id, entry: n }: NotifyJob): Promise<void> {
  const { db, secrets, keyed, push, mail } = parts;
  const ids = [id, ...(await duplicatesOf(db, tenant, id))];
  const reports = await loadReports(db, tenant, ids);
  const kept = reports.get(id);
  const entry = (await readJournal(db, tenant, id, ['public', 'author', 'desk'])).find((each) => each.n === n);
  if (kept === undefined || entry === undefined) return;
  const category = (await readCategories(db, tenant)).find(({ code }) => code === kept.report.category);
  const title = category?.name ?? { fr: kept.report.category };
  const text = sentenceOf(entry, kept.report.promisedAt, parts.territories.of(tenant).timeZone);
  const key = `report:${id}:${n}`;
  const reportIds = entry.audience === 'public' ? ids : [id];
  const topics = reportIds.map((each) => topicOf(keyed, tenant, each));
  await push?.send(tenant, { key, topics, urgency: 'normal', title, text, link: '/app/reports/mine' });
  if (mail === undefined) return;
  for (const author of (await loadAuthors(db, secrets, tenant, reportIds)).values()) {
    if (author.contact.email !== undefined) {
      const letter = letterTo(parts, tenant, author.report, author.language, { title, text, words: entry.text });
      await mail.send({
        ...letter,
        tenant,
        to: author.contact.email,
        messageId: `<${key}.${author.report}@reports.alzette>`,
      });
    }
  }
}

function letterTo(
  { keyed, territories }: NotifyParts,
  tenant: string,
  id: string,
  language: Language,
  { title, text, words }: { readonly title: Texts; readonly text: Texts; readonly words?: string | undefined },
) {
  const link = `${territories.publicUrl(tenant)}/app/reports/follow/${followToken(keyed, tenant, id)}`;
  const lines = [inLanguage(text, language), ...(words === undefined ? [] : [words]), link];
  return { subject: `${inLanguage(title, language)} – ${id}`, text: lines.join('\n\n') };
}
