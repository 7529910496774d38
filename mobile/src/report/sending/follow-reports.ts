import { followTopic } from '../../settings/push.ts';
import { ownReports } from './outbox.ts';
import { topicOf } from './send-reports.ts';

/** Lets this device be told of all its reports, those that the service worker has sent, too. */
export async function followReports(): Promise<void> {
  for (const { sent } of await ownReports()) {
    if (sent) await followTopic(await topicOf(sent.token)).catch(() => undefined); // it can be looked up, too
  }
}
