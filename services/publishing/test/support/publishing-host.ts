import type { TestContext } from 'node:test';
import type { Database } from '@alzette/broker';
import { channelService } from '@alzette/channels';
import { articleImages } from '../../../../platform/src/article-images.ts';
import { type HostOptions, startServiceHost } from '../../../../platform/test/support/service-host.ts';
import { type FilePort, fileService } from '../../../files/src/service.ts';
import { type PushPort, publishing } from '../../src/service.ts';

/** The publishing service on a broker, with the channels that send its messages. */
export async function startPublishingHost(t: TestContext, db: Database, options: HostOptions = {}) {
  const host = await startServiceHost(t, db, [channelService(), publishing], options);
  return { ...host, push: host.port<PushPort>('push') };
}

/** The publishing service with the files that it shows. @param folder where they are stored */
export async function startPictureHost(t: TestContext, db: Database, folder: string, options: HostOptions = {}) {
  const definitions = [channelService(), fileService({ folder }), articleImages, publishing];
  const host = await startServiceHost(t, db, definitions, options);
  return { ...host, files: host.port<FilePort>('files') };
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
