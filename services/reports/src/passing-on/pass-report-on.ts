import type { JobRun } from '@alzette/kit/jobs';
import { actOnReport } from '../acting/act.ts';
import { readCategories } from '../categories/categories.ts';
import { inLanguage } from '../categories/category.ts';
import type { Report } from '../contract/report.ts';
import type { NotifyJob, ReportParts } from '../parts.ts';
import { readJournal } from '../store/journal.ts';
import { loadReports } from '../store/report-rows.ts';

const ACTOR = { name: 'service:reports' };
/** Of those who are written to: bodies of the country of the site. */
const LANGUAGE = 'fr';

/**
 * Writes to who is responsible what an entry of the journal says, without anything about the author, and closes the
 * report when the mail server has taken the letter. If it never does, the desk can pass it on again.
 */
export async function passReportOn(
  parts: ReportParts,
  { tenant, report: id, entry: n }: NotifyJob,
  { isLastAttempt }: Pick<JobRun, 'isLastAttempt'>,
): Promise<void> {
  const { db, mail } = parts;
  const report = (await loadReports(db, tenant, [id])).get(id)?.report;
  const entry = (await readJournal(db, tenant, id, ['desk'])).find((each) => each.n === n);
  const { email, photos } = (entry?.detail ?? {}) as { readonly email?: string; readonly photos?: readonly string[] }; // as the act wrote it
  const actor = { ...ACTOR, tenant };
  if (report?.passedOn === undefined || report.passedOn.at !== undefined || email === undefined) return;
  if (entry?.text === undefined) {
    await actOnReport(parts, actor, id, { act: 'notPassedOn', reason: 'The text was erased' });
    return;
  }
  try {
    if (mail === undefined) throw new Error('SMTP_URL: got nothing, expected a mail server');
    await mail.send({
      to: email,
      ...(await letterOf(parts, tenant, report, entry.text)),
      attachments: await attached(parts, tenant, photos ?? []),
      messageId: `<passed-on:${id}:${n}@reports.alzette>`,
    });
  } catch (cause) {
    if (isLastAttempt) await actOnReport(parts, actor, id, { act: 'notPassedOn', reason: String(cause) });
    throw cause;
  }
  await actOnReport(parts, actor, id, { act: 'passedOn' });
}

async function letterOf({ db, territories }: ReportParts, tenant: string, report: Report, text: string) {
  const territory = territories.of(tenant);
  const { category: code, position, commune, requestedAt, publicAddress } = report;
  const category = (await readCategories(db, tenant)).find((each) => each.code === code);
  const name = category === undefined ? code : inLanguage(category.name, LANGUAGE);
  const where = territory.communes.find(({ slug }) => slug === commune)?.name ?? commune;
  const at = new Date(requestedAt).toLocaleString(LANGUAGE, {
    ...{ dateStyle: 'long', timeStyle: 'short', timeZone: territory.timeZone },
  });
  const [longitude, latitude] = position;
  const lines = [
    `${territory.name} vous transmet ce signalement, qui relève de vous.`,
    `${name}\nLieu : ${[publicAddress, where].filter(Boolean).join(', ')} (${latitude}, ${longitude})\nReçu le ${at}\nNuméro : ${report.id}`,
    text,
  ];
  return { subject: `${name} – ${where} – ${report.id}`, text: lines.join('\n\n') };
}

async function attached({ files }: ReportParts, tenant: string, photos: readonly string[]) {
  const contents = await Promise.all(photos.map((id) => files.read(tenant, id)));
  return contents.flatMap((content, i) =>
    content === undefined ? [] : [{ filename: `photo-${i + 1}.jpg`, content, contentType: 'image/jpeg' }],
  );
}
