import type { TestContext } from 'node:test';
import type { Database } from '@alzette/broker';
import { channelService } from '@alzette/channels';
import { type HostOptions, startServiceHost } from '../../../../platform/test/support/service-host.ts';
import { publishingService } from '../../src/service.ts';

/** The publishing service on a broker, with the channels that send its messages. */
export async function startPublishingHost(t: TestContext, db: Database, options: HostOptions = {}) {
  const channels = channelService();
  const publishing = publishingService({ webPush: channels.webPush });
  const host = await startServiceHost(t, db, [channels.definition, publishing.definition], options);
  return { ...host, push: publishing.push };
}

/** An item as an agent sends it: news of a commune, changed by `more`. */
export function written(title: string, more: object = {}, document: object = {}) {
  return {
    kind: 'news',
    owner: 'villerupt',
    state: 'ready',
    document: { texts: { fr: { title, body: `Texte de **${title}**` } }, ...document },
    ...more,
  };
}
