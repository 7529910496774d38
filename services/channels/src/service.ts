import { startDueLoop } from '@alzette/kit/due-loop';
import { by, metric } from '@alzette/kit/metrics';
import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext, type ServiceDefinition } from '@alzette/kit/service';
import { channelsContract } from './contract/contract.ts';
import { noticePort } from './delivery/accept.ts';
import { deliverDue } from './delivery/deliver.ts';
import { messageHandlers, tryingHandlers } from './delivery/message-routes.ts';
import { forgetOldMessages } from './delivery/messages.ts';
import { countUnsent, nextMessage } from './delivery/outbox.ts';
import { RETRY, type RetrySettings } from './delivery/retry.ts';
import { channelHandlers, entryHandlers } from './entries/entry-routes.ts';
import type { NoticePort } from './notice.ts';
import type { ChannelParts } from './parts.ts';
import { pushHandlers } from './push/push-routes.ts';
import { openVapidKeys } from './push/vapid.ts';
import { type WebPushPort, webPushPort } from './web-push.ts';

export type { PushSubscription } from './contract/contract.ts';
export type { Notice, NoticePort } from './notice.ts';
export type { HttpMessage } from './senders/http-exchange.ts';
export type { PushOptions } from './senders/push.ts';
export type { Outcome } from './senders/sender.ts';
export type { WebPushPort } from './web-push.ts';

interface ChannelServiceOptions {
  /** Pauses between attempts, where they differ from `RETRY`. */
  readonly retry?: Partial<RetrySettings>;
}

interface ChannelService {
  readonly definition: ServiceDefinition;
  /** The port through which other services send notices; works after the start. */
  readonly port: NoticePort;
  /** The port through which other services send to browsers; works after the start. */
  readonly webPush: WebPushPort;
}

/** E-mail, push, SMS, calls, webhooks and Matrix: who is notified, when, and with which outcome. */
export function channelService({ retry }: ChannelServiceOptions = {}): ChannelService {
  let started: NoticePort | undefined;
  const port: NoticePort = {
    async send(tenant, notices) {
      if (started === undefined) throw new Error('the service channels has not started');
      await started.send(tenant, notices);
    },
  };
  let opened: WebPushPort | undefined;
  const startedPush = (): WebPushPort => {
    if (opened === undefined) throw new Error('the service channels has not started');
    return opened;
  };
  const webPush: WebPushPort = {
    publicKey: () => startedPush().publicKey(),
    send: (...given) => startedPush().send(...given),
    exchange: (message) => startedPush().exchange(message),
    objectionTo: (endpoint) => startedPush().objectionTo(endpoint),
  };
  const definition = defineService({
    name: 'channels',
    migrations: new URL('../migrations/', import.meta.url),
    async start(given) {
      let wake = () => {};
      const parts = await partsOf(given, { ...RETRY, ...retry }, () => wake());
      started = noticePort(parts);
      opened = webPushPort(parts);
      await serviceRoutes(given.app, '/channels', (scope) => {
        serve(scope, channelsContract, {
          ...pushHandlers(parts, given),
          ...messageHandlers(parts, given),
          ...tryingHandlers(parts, given, port),
          ...entryHandlers(parts, given),
          ...channelHandlers(parts, given),
        });
      });
      given.jobs.define({
        name: 'channels.forget-messages',
        title: { fr: 'Oublier les messages de plus de 90 jours', en: 'Forget messages older than 90 days' },
        schedule: { cron: '40 3 * * *' },
        oneAtATime: true,
        run: async () => ({ forgotten: await forgetOldMessages(given.db) }),
      });
      given.metrics.add(async () =>
        metric('alzette_channels_messages', 'gauge', 'Messages to be sent', by('state', await countUnsent(given.db))),
      );
      const loop = startDueLoop({
        work: () => deliverDue(parts),
        next: () => nextMessage(given.db),
        onError: (cause) => given.logger.error({ err: cause }, 'could not read the outbox of messages'),
      });
      wake = loop.wake;
      return { parts, stop: () => loop.stop() };
    },
  });
  return { definition, port, webPush };
}

async function partsOf(given: ServiceContext, retry: RetrySettings, wake: () => void): Promise<ChannelParts> {
  const { db, logger, publicUrl, secrets, outgoing, mail, audit, territory } = given;
  const vapid = await openVapidKeys(db, secrets);
  return { db, logger, publicUrl, secrets, outgoing, mail, audit, timeZone: territory.timeZone, retry, vapid, wake };
}
