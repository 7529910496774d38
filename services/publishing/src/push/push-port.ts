import type { PublishingParts } from '../parts.ts';
import type { PushPort } from '../ports.ts';
import { addMessage } from './messages.ts';

/** The port through which this and other services notify devices. */
export function pushPort({ db, territories, wake }: PublishingParts): PushPort {
  return {
    async send(tenant, message) {
      await addMessage(db, tenant, message, territories.of(tenant).timeZone);
      wake();
    },
  };
}
