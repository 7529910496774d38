import { denied, refused } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { ServiceContext } from '@alzette/kit/service';
import type { RuleContract } from '../contract/contract.ts';
import type { ToldEntity } from '../engine/read-entity.ts';
import { NOTIFY_HEADER, type NotifySecret } from '../intake/notify-secret.ts';
import { putInInbox } from '../store/inbox-rows.ts';

/** Receives the notifications of our subscriptions. It answers when they are stored. */
export function notifyHandler(
  { db }: Pick<ServiceContext, 'db'>,
  secret: NotifySecret,
): Handlers<RuleContract, 'notify'> {
  return {
    async notify({ headers, params, query: { tenant = '' }, body: { data } }) {
      if (!secret.isOurs(headers[NOTIFY_HEADER])) throw denied('The notification is not from our own subscriptions');
      if (!Array.isArray(data)) throw refused('data', data, 'the entities of a notification');
      await putInInbox(
        db,
        tenant,
        data.filter(isEntity).map((entity) => {
          return { scope: params.scope, entityId: entity.id, entity: JSON.stringify(entity) };
        }),
      );
    },
  };
}

function isEntity(value: unknown): value is ToldEntity {
  return (
    typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string' && 'type' in value
  );
}
