import { createHash } from 'node:crypto';
import { csvLine } from '@alzette/kit/csv';
import type { FigurePort } from '@alzette/kit/figures';
import { type DocumentPart, TAGGED_PDF, type TaggedDocument } from '@alzette/kit/pdf';
import type { ScheduledReport } from '../contract/documents.ts';
import type { DashboardParts } from '../parts.ts';
import { findDashboard } from '../stored/dashboard-rows.ts';
import { reportKind } from '../stored/document-kinds.ts';
import { QUESTIONS } from '../stored/document-rows.ts';
import { authorOfReport, noteRefused, PRODUCT } from '../stored/report-authors.ts';
import { keepSent, noteDelivered, noteFault, type Sent, sentByRun } from '../stored/sent-rows.ts';
import { type Month, monthBefore } from './month-before.ts';
import { MAX_IN_PDF, type ReportTable, reportTables } from './report-tables.ts';
import { reportWords, type Words } from './words.ts';

type ReportParts = DashboardParts & { readonly figures: FigurePort };

/** One scheduled sending of a report; the same when it is repeated after a failure. */
export interface Sending {
  readonly tenant: string;
  readonly id: string;
  readonly report: ScheduledReport;
  readonly run: string;
  readonly now: Date;
}

/**
 * Makes and stores a report of the previous month, then mails it to recipients who have not received it yet. If who
 * scheduled it has lost the right to all data since, it is not sent and they are told.
 *
 * @throws Error: the report could not be made, or the mail server refused it
 */
export async function sendReport(
  parts: ReportParts,
  sending: Sending,
): Promise<{ readonly delivered: number; readonly isRefused?: true }> {
  const { db, mail, publicUrl, territories } = parts;
  if (await isRefused(parts, sending)) return { delivered: 0, isRefused: true };
  const { report, run, tenant } = sending;
  const { timeZone } = territories.of(tenant);
  const month = monthBefore(sending.now, timeZone);
  if ((await sentByRun(db, tenant, run)) === undefined)
    await keepSent(db, tenant, run, await made(parts, sending, month));
  const sent = (await sentByRun(db, tenant, run)) as Sent; // stored just before
  if (mail === undefined) {
    await noteFault(db, tenant, run, 'no mail server is configured (SMTP_URL)');
    return { delivered: 0 };
  }
  const words = reportWords(report.language, timeZone);
  const url = `${territories.publicUrl(tenant)}/share/dashboards/${encodeURIComponent(report.dashboard)}`;
  const name = `${sent.report}-${sent.from_day}`;
  const waiting = sent.recipients.filter((to) => !sent.delivered.includes(to));
  for (const to of waiting) {
    try {
      await mail.send({
        tenant,
        to,
        subject: `${sent.title} – ${sent.from_day.slice(0, 7)}`,
        text: words.letter(sent.title, url),
        messageId: messageId(run, to, publicUrl),
        attachments: [
          { filename: `${name}.pdf`, content: sent.pdf, contentType: 'application/pdf' },
          { filename: `${name}.csv`, content: sent.csv, contentType: 'text/csv' },
        ],
      });
      await noteDelivered(db, tenant, run, to);
    } catch (cause) {
      await noteFault(db, tenant, run, cause instanceof Error ? cause.message : String(cause));
      throw cause;
    }
  }
  return { delivered: waiting.length };
}

/** Judges the author's present rights; tells them, and who administers the reports, if they don't suffice. */
async function isRefused(parts: ReportParts, { tenant, id, report, run }: Sending): Promise<boolean> {
  const { db, audit, judgeAs, addressOf, mail, publicUrl, territories } = parts;
  const author = await authorOfReport(db, tenant, id);
  if (author === undefined) return true; // deleted in the meantime
  if (author.name === PRODUCT || (await reportKind.may('read', report, judgeAs(author.grant, tenant)))) return false;
  await noteRefused(db, tenant, id);
  await audit.append({
    actor: author.name,
    action: 'report.send',
    object: id,
    tenant,
    outcome: 'refused',
    details: { run },
  });
  const address = await addressOf(author.grant);
  if (address === undefined || mail === undefined) return true;
  const { email, language } = address;
  const words = reportWords(language, territories.of(tenant).timeZone);
  await mail.send({
    tenant,
    to: email,
    subject: words.notSent(report.title),
    text: words.notSentLetter(report.title),
    messageId: messageId(run, email, publicUrl),
  });
  return true;
}

/** @throws Error: its dashboard was deleted */
async function made(
  parts: ReportParts,
  { tenant, id, report }: Sending,
  month: Month,
): Promise<Omit<Sent, 'delivered'>> {
  const { db, analyse, compute, client } = parts;
  const territory = parts.territories.of(tenant);
  const kept = await findDashboard(db, tenant, report.dashboard);
  if (kept === undefined) throw new Error(`The dashboard ${report.dashboard} was deleted`);
  const words = reportWords(report.language, territory.timeZone);
  const commune = territory.communes.find(({ slug }) => slug === report.commune);
  const questions = new Map((await QUESTIONS.list(db, tenant)).map((each) => [each.id, each.question]));
  const tables = await reportTables(kept.dashboard, {
    analyse,
    tenant,
    scope: commune?.scope,
    period: { from: month.from, to: month.to, timeZone: territory.timeZone },
    words,
    communes: territory.communes,
    figures: await parts.figures.read({ tenant, scope: commune?.scope, client, judge: undefined }),
    questionOf: (question) => questions.get(question),
  });
  const place = commune?.name ?? territory.name;
  const periodText = words.period(
    words.day(new Date(month.from).toISOString()),
    words.day(new Date(month.to).toISOString()),
    place,
  );
  const pdf = await compute.run(TAGGED_PDF, reportDocument(report, periodText, tables, words), { tenant });
  return {
    report: id,
    from_day: month.fromDay,
    to_day: month.toDay,
    title: report.title,
    recipients: report.recipients,
    pdf: Buffer.from(pdf.buffer),
    csv: Buffer.from(reportCsv(tables), 'utf8'),
  };
}

/** A heading for each widget, a sentence, a table with header cells. */
function reportDocument(
  { title, language }: ScheduledReport,
  period: string,
  tables: readonly ReportTable[],
  words: Words,
): TaggedDocument {
  const parts = tables.flatMap(({ title: heading, sentence, rows }): DocumentPart[] => {
    const [, ...body] = rows;
    return [
      { heading, level: 2 },
      sentence,
      ...(body.length < 2 ? [] : [{ table: rows.slice(0, MAX_IN_PDF + 1) }]),
      ...(body.length > MAX_IN_PDF ? [words.more(MAX_IN_PDF, body.length)] : []),
    ];
  });
  return { title, language, parts: [{ heading: title, level: 1 }, period, ...parts] };
}

/** All rows of all tables, each after its title. */
function reportCsv(tables: readonly ReportTable[]): string {
  const lines = tables.flatMap(({ title, rows }) => [[title], ...rows, []]);
  return `\ufeff${lines.map((cells) => csvLine(cells, ';')).join('')}`;
}

function messageId(run: string, to: string, publicUrl: string): string {
  return `<${createHash('sha256').update(`${run} ${to}`).digest('hex').slice(0, 32)}@${new URL(publicUrl).hostname}>`;
}
