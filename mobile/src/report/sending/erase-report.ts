import { unfollowTopic } from '../../settings/push.ts';
import { forgetReport, type OwnReport } from './outbox.ts';
import { topicOf } from './send-reports.ts';

/**
 * Erases what was given with a report at the server, then here.
 *
 * @returns false: the server could not do it now; the report stays, so that it can be asked again
 */
export async function eraseReport({ key, sent }: Pick<OwnReport, 'key' | 'sent'>): Promise<boolean> {
  if (sent !== undefined) {
    const response = await fetch(`/citizen/v1/reports/follow/${sent.token}`, { method: 'DELETE' }).catch(
      () => undefined,
    );
    if (response?.ok !== true && response?.status !== 404) return false;
    await unfollowTopic(await topicOf(sent.token)).catch(() => undefined); // nothing more will be told of it
  }
  await forgetReport(key);
  return true;
}
