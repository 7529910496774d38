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
    const response = await fetch(`/citizen/v1/reports/follow/${sent.token}`, { method: 'DELETE' }).catch(
      () => undefined,
    );
    if (response?.ok !== true && response?.status !== 404) return false;
    await unfollowTopic(await topicOf(sent.token)).catch(() => undefined); // the report has no more notifications
  }
  await forgetReport(key);
  return true;
}
