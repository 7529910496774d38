import { followTopic } from '../../settings/push.ts';
import { ownReports } from './outbox.ts';
import { topicOf } from './send-reports.ts';

/** Subscribes this device to notifications about all of its reports, including those that the service worker sent. */
export async function followReports(): Promise<void> {
  for (const { sent } of await ownReports()) {
    if (sent) await followTopic(await topicOf(sent.token)).catch(() => undefined); // optional: the app shows it too
  }
}
