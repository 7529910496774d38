import type { FastifyInstance, FastifyRequest } from 'fastify';
import { checkUri, type JsonObject } from '../../model/values.ts';
import {
  createSubscription,
  type SubscriptionCaller,
  type SubscriptionParts,
} from '../../subscriptions/operations/create-subscription.ts';
import { deleteSubscription } from '../../subscriptions/operations/delete-subscription.ts';
import { querySubscriptions } from '../../subscriptions/operations/query-subscriptions.ts';
import { retrieveSubscription, type SubscriptionView } from '../../subscriptions/operations/retrieve-subscription.ts';
import { updateSubscription } from '../../subscriptions/operations/update-subscription.ts';
import { sendDocument } from '../answers/answer.ts';
import { JSON_TYPES } from '../requests/negotiation.ts';
import { todaysSubscription } from '../requests/older-documents.ts';
import { pageLinks, readPage } from '../requests/paging.ts';
import { readOptions } from '../requests/parameters.ts';
import { parameters, resource, sendCreated } from '../requests/resource.ts';

// The link forms that the standard's own test suite expects.
const LINK_STYLES = {
  subscriptions: { order: 'byName' },
  csourceSubscriptions: { order: 'byName', type: 'application/ld+json' },
} as const;

/**
 * `/subscriptions` (6.10) and `/subscriptions/{subscriptionId}` (6.11); the same for `/csourceSubscriptions` (6.12, 6.13).
 */
export function subscriptionRoutes(
  app: FastifyInstance,
  parts: SubscriptionParts & {
    /** @throws NgsiLdError LoopDetected: the request has already passed through this broker (4.3.6.4) */
    readonly checkLoop: (tenant: string, via: string | undefined) => void;
  },
  collection: 'subscriptions' | 'csourceSubscriptions' = 'subscriptions',
): void {
  resource(app, `/${collection}`, {
    // 6.10.3.1, 6.12.3.1 Create Subscription
    POST: {
      audited: { values: 'body' },
      parameters: parameters(),
      body: 'object',
      createsTenant: true,
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const body = todaysSubscription(request.body as JsonObject); // validated before the handler
        const via = viaOf(request);
        if (collection === 'subscriptions' && body.localOnly !== true) parts.checkLoop(tenant, via);
        const id = await createSubscription(parts, tenant, body, context, callerOf(request), via);
        return sendCreated(reply, collection, id);
      },
    },
    // 6.10.3.2, 6.12.3.2 Query Subscriptions
    GET: {
      parameters: parameters('limit', 'offset', 'count', 'options'),
      answers: JSON_TYPES,
      async handle(request, reply) {
        const page = readPage(request.ngsiLd.parameters);
        const list = await querySubscriptions(parts, request.ngsiLd.tenant, page, viewOf(request));
        if (page.count) reply.header('NGSILD-Results-Count', list.total);
        return sendDocument(
          request,
          reply,
          list.subscriptions,
          pageLinks(request, page, page.offset + page.limit < list.total, LINK_STYLES[collection]),
        );
      },
    },
  });

  resource(app, `/${collection}/:id`, {
    // 6.11.3.1, 6.13.3.1 Retrieve Subscription
    GET: {
      parameters: parameters('options'),
      answers: JSON_TYPES,
      async handle(request, reply) {
        const document = await retrieveSubscription(parts, request.ngsiLd.tenant, idOf(request), viewOf(request));
        return sendDocument(request, reply, document);
      },
    },
    // 6.11.3.2, 6.13.3.2 Update Subscription
    PATCH: {
      audited: { values: 'route' },
      parameters: parameters(),
      body: 'object',
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const body = todaysSubscription(request.body as JsonObject);
        await updateSubscription(parts, tenant, idOf(request), body, context, callerOf(request));
        return reply.code(204).send();
      },
    },
    // 6.11.3.3, 6.13.3.3 Delete Subscription
    DELETE: {
      audited: { values: 'route' },
      parameters: parameters(),
      async handle(request, reply) {
        await deleteSubscription(parts, request.ngsiLd.tenant, idOf(request), callerOf(request));
        return reply.code(204).send();
      },
    },
  });
}

function idOf(request: FastifyRequest): string {
  return checkUri((request.params as { id?: string }).id, 'Subscription id in the path');
}

function viaOf({ headers }: FastifyRequest): string | undefined {
  return headers.via === undefined ? undefined : String(headers.via);
}

function viewOf(request: FastifyRequest): SubscriptionView {
  const options = readOptions(request.ngsiLd.parameters, ['sysAttrs']);
  const caller = callerOf(request);
  return { context: request.ngsiLd.context, sysAttrs: options.has('sysAttrs'), ...(caller && { caller }) };
}

function callerOf({ access }: FastifyRequest): SubscriptionCaller | undefined {
  return access === null ? undefined : { owner: access.principal, administers: access.grant.administers };
}
