import type { FastifyInstance } from 'fastify';
import { parseContextLink } from '../../context/link-header.ts';
import { type ReceptionParts, receiveNotification } from '../../federation/copies/receive-notification.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { isJsonObject, shown } from '../../model/values.ts';

/** The path to which context sources send notifications for copied subscriptions (5.8.1.4). */
export const REMOTE_NOTIFY = '/ngsi-ld/ex/remote-notify';

/** A limit, because the route is public. */
const LARGEST_BYTES = 4 * 1024 * 1024;

/**
 * Receives notifications of context sources. No key is needed: the sender knows the id of a copy, which only that
 * source was given.
 */
export function remoteNotifyRoutes(app: FastifyInstance, parts: ReceptionParts): void {
  app.post(
    REMOTE_NOTIFY,
    { config: { access: 'nothing', anyTenant: true }, bodyLimit: LARGEST_BYTES },
    async (request, reply) => {
      const { body, headers } = request;
      if (!isJsonObject(body))
        throw new NgsiLdError('InvalidRequest', `The body is ${shown(body)}, expected an object`);
      await receiveNotification(parts, body, parseContextLink(headers.link), request.hops);
      return reply.code(200).send();
    },
  );
}
