import { startDueLoop } from '@alzette/kit/due-loop';
import { by, metric } from '@alzette/kit/metrics';
import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';
import { channelsContract } from './contract/contract.ts';
import { noticePort } from './delivery/accept.ts';
import { deliverDue } from './delivery/deliver.ts';
import { messageHandlers, tryingHandlers } from './delivery/message-routes.ts';
import { forgetOldMessages } from './delivery/messages.ts';
import { countUnsent, nextMessage } from './delivery/outbox.ts';
import { RETRY, type RetrySettings } from './delivery/retry.ts';
import { channelHandlers, entryHandlers } from './entries/entry-routes.ts';
import type { ChannelParts } from './parts.ts';
import { pushHandlers } from './push/push-routes.ts';
import { vapidKeysOf } from './push/vapid.ts';
import { type ServiceChannel, serviceChannelPort } from './senders/service-channel.ts';
import { webPushPort } from './web-push.ts';

export type { PushSubscription } from './contract/contract.ts';
export type { Notice, NoticePort } from './notice.ts';
export type { HttpMessage } from './senders/http-exchange.ts';
export type { PushOptions } from './senders/push.ts';
export type { Outcome } from './senders/sender.ts';
export type { ServiceChannel, ServiceChannelPort } from './senders/service-channel.ts';
export type { WebPushPort } from './web-push.ts';

interface ChannelServiceOptions {
  /** Pauses between attempts, where they differ from `RETRY`. */
  readonly retry?: Partial<RetrySettings>;
}

/** E-mail, push, SMS, calls, webhooks and Matrix: who is notified, when, and with which outcome. */
export function channelService({ retry }: ChannelServiceOptions = {}) {
  return defineService({
    name: 'channels',
    migrations: new URL('../migrations/', import.meta.url),
    async start(given) {
      const { db, secrets } = given;
      let wake = () => {};
      const serviceChannels = new Map<string, ServiceChannel>();
      const parts: ChannelParts = {
        ...given,
        retry: { ...RETRY, ...retry },
        vapidOf: vapidKeysOf(db, secrets),
        serviceChannels,
        wake: () => wake(),
      };
      const notices = noticePort(parts);
      await serviceRoutes(given.app, '/channels', (scope) => {
        serve(scope, channelsContract, {
          ...pushHandlers(parts, given),
          ...messageHandlers(parts, given),
          ...tryingHandlers(parts, given, notices),
          ...entryHandlers(parts, given),
          ...channelHandlers(parts, given),
        });
      });
      given.jobs.define({
        name: 'channels.forget-messages',
        title: { fr: 'Oublier les messages de plus de 90 jours', en: 'Forget messages older than 90 days' },
        schedule: { cron: '40 3 * * *' },
        oneAtATime: true,
        run: async () => ({ forgotten: await forgetOldMessages(db) }),
      });
      given.metrics.add(async () =>
        metric('alzette_channels_messages', 'gauge', 'Messages to be sent', by('state', await countUnsent(db))),
      );
      const loop = startDueLoop({
        work: () => deliverDue(parts),
        next: () => nextMessage(db),
        onError: (cause) => given.logger.error({ err: cause }, 'could not read the outbox of messages'),
      });
      wake = loop.wake;
      const ports = { notices, webPush: webPushPort(parts), channelKinds: serviceChannelPort(serviceChannels) };
      return { ports, parts, stop: () => loop.stop() };
    },
  });
}
