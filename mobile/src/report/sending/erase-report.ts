import { AnswerError } from '@alzette/web/asking';
import { followedReports } from '../../citizen/citizen-api.ts';
import { unfollowTopic } from '../../settings/push.ts';
import { forgetReport, type OwnReport } from './outbox.ts';
import { topicOf } from './send-reports.ts';

/**
 * Erases a report's personal data on the server, then the report on the device.
 *
 * @returns false: the server could not erase it; the report stays for another attempt
 */
export async function eraseReport({ key, sent }: Pick<OwnReport, 'key' | 'sent'>): Promise<boolean> {
  if (sent !== undefined) {
    const { token } = sent;
    const isErased = await followedReports.erase({ params: { token } }).then(
      () => true,
      (cause: unknown) => cause instanceof AnswerError && cause.status === 404,
    );
    if (!isErased) return false;
    await unfollowTopic(await topicOf(token)).catch(() => undefined); // the report has no more notifications
  }
  await forgetReport(key);
  return true;
}
