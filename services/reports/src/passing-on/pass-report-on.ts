import type { JobRun } from '@alzette/kit/jobs';
import { actOnReport } from '../actions/act.ts';
import type { Report } from '../contract/report.ts';
import type { NotifyJob, ReportParts } from '../parts.ts';
import type { Act, Way } from '../report/acts.ts';
import { readJournal } from '../store/journal.ts';
import { loadReports } from '../store/report-rows.ts';
import { type Letter, letterOf } from './letter.ts';
import { findAtPartner, NotTaken, postToPartner } from './partner.ts';

const ACTOR = { name: 'service:reports' };

/**
 * Gives to who is responsible what an entry of the journal says, without anything about the author, and closes the
 * report when they have it. If they never do, the desk can pass it on again.
 */
export async function passReportOn(
  parts: ReportParts,
  { tenant, report: id, entry: n }: NotifyJob,
  { isLastAttempt }: Pick<JobRun, 'isLastAttempt'>,
): Promise<void> {
  const report = (await loadReports(parts.db, tenant, [id])).get(id)?.report;
  const entry = (await readJournal(parts.db, tenant, id, ['desk'])).find((each) => each.n === n);
  const detail = (entry?.detail ?? {}) as Partial<AsActed>; // as the act wrote it
  if (report?.passedOn === undefined || report.passedOn.at !== undefined) return;
  const act = async (wanted: Act) => {
    await actOnReport(parts, { ...ACTOR, tenant }, id, wanted);
  };
  if (entry?.text === undefined) return act({ act: 'notPassedOn', cause: 'erased' });
  const letter = await letterOf(parts, tenant, report, entry.text);
  const photos = detail.photos ?? [];
  try {
    if (detail.open311 !== undefined) {
      const number = await byOpen311(parts, { tenant, report, letter, photos, partner: detail.open311, act });
      await act({ act: 'passedOn', ...(number !== undefined && { number }) });
    } else if (detail.email !== undefined) {
      await byMail(parts, { tenant, id, letter, photos, to: detail.email, n });
      await act({ act: 'passedOn' });
    }
  } catch (cause) {
    const isRefused = cause instanceof NotTaken && cause.why === 'refused';
    if (!isRefused && !isLastAttempt) throw cause;
    await act({
      act: 'notPassedOn',
      cause: cause instanceof NotTaken ? cause.why : 'unreachable',
      reason: cause instanceof Error ? cause.message : String(cause),
    });
    if (!isRefused) throw cause;
  }
}

type AsActed = { readonly photos: readonly string[] } & Partial<
  Extract<Way, { email: unknown }> & Extract<Way, { open311: unknown }>
>;

interface Passed {
  readonly tenant: string;
  readonly letter: Letter;
  readonly photos: readonly string[];
}

async function byMail(
  { mail, files }: ReportParts,
  { tenant, id, letter, photos, to, n }: Passed & { readonly id: string; readonly to: string; readonly n: number },
): Promise<void> {
  if (mail === undefined) throw new Error('SMTP_URL: got nothing, expected a mail server');
  const contents = await Promise.all(photos.map((photo) => files.read(tenant, photo)));
  const attachments = contents.flatMap((content, i) =>
    content === undefined ? [] : [{ filename: `photo-${i + 1}.jpg`, content, contentType: 'image/jpeg' }],
  );
  const { subject, text } = letter;
  await mail.send({ tenant, to, subject, text, attachments, messageId: `<passed-on:${id}:${n}@reports.alzette>` });
}

/**
 * GeoReport v2 knows no key against sending twice. So what was sent before, and has no answer, is only looked for at the
 * partner.
 *
 * @returns the number of the request at the partner, if it told one
 */
async function byOpen311(
  parts: ReportParts,
  given: Passed & {
    readonly report: Report;
    readonly partner: Extract<Way, { open311: unknown }>['open311'];
    act(wanted: Act): Promise<void>;
  },
): Promise<string | undefined> {
  const { tenant, report, letter, photos, partner, act } = given;
  const { id, passedOn } = report;
  if (passedOn?.triedAt !== undefined) return findAtPartner(parts, partner, id, passedOn.triedAt);
  const links = photos.map((photo) => parts.files.link(tenant, { id: photo, visibility: 'private' }, LINK_S));
  await act({ act: 'passing', isSent: true });
  try {
    return await postToPartner(parts, tenant, partner, { report, text: letter.text, address: letter.place, links });
  } catch (cause) {
    if (!(cause instanceof NotTaken)) await act({ act: 'passing', isSent: false });
    throw cause;
  }
}

/** How long a partner can download the photos. */
const LINK_S = 30 * 86_400;
