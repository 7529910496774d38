import type { TestContext } from 'node:test';
import type { Database } from '@alzette/broker';
import { channelService } from '@alzette/channels';
import { articleImages } from '../../../../platform/src/article-images.ts';
import { type HostOptions, startServiceHost } from '../../../../platform/test/support/service-host.ts';
import { fileService } from '../../../files/src/service.ts';
import { publishingService } from '../../src/service.ts';

/** The publishing service on a broker, with the channels that send its messages. */
export async function startPublishingHost(t: TestContext, db: Database, options: HostOptions = {}) {
  const channels = channelService();
  const publishing = publishingService({ webPush: channels.webPush });
  const host = await startServiceHost(t, db, [channels.definition, publishing.definition], options);
  return { ...host, push: publishing.push };
}

/** The publishing service with the files that it shows. @param folder where they are stored */
export async function startPictureHost(t: TestContext, db: Database, folder: string, options: HostOptions = {}) {
  const channels = channelService();
  const files = fileService({ folder });
  const publishing = publishingService({ webPush: channels.webPush, images: articleImages(files.port) });
  const definitions = [channels.definition, files.definition, publishing.definition];
  const host = await startServiceHost(t, db, definitions, options);
  return { ...host, files: files.port };
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
