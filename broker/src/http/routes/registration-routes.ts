import type { FastifyInstance, FastifyRequest } from 'fastify';
import {
  createRegistration,
  type RegistrationParts,
} from '../../federation/registrations/operations/create-registration.ts';
import { deleteRegistration } from '../../federation/registrations/operations/delete-registration.ts';
import { queryRegistrations } from '../../federation/registrations/operations/query-registrations.ts';
import {
  type RegistrationView,
  retrieveRegistration,
} from '../../federation/registrations/operations/retrieve-registration.ts';
import { updateRegistration } from '../../federation/registrations/operations/update-registration.ts';
import { checkUri, type JsonObject } from '../../model/values.ts';
import { sendDocument } from '../answers/answer.ts';
import { JSON_TYPES } from '../requests/negotiation.ts';
import { todaysRegistration } from '../requests/older-documents.ts';
import { pageLinks, readPage } from '../requests/paging.ts';
import { readOptions } from '../requests/parameters.ts';
import { DISCOVERY_PARAMETERS, readDiscovery } from '../requests/registration-query.ts';
import { parameters, resource, sendCreated } from '../requests/resource.ts';
import { answeredVersion } from '../requests/version-preference.ts';

// The link form that the standard's own test suite expects, whatever the Accept header.
const LINK_STYLE = { order: 'asAsked', type: 'application/ld+json' } as const;

/** `/csourceRegistrations` (6.8) and `/csourceRegistrations/{registrationId}` (6.9). */
export function registrationRoutes(app: FastifyInstance, parts: RegistrationParts): void {
  resource(app, '/csourceRegistrations', {
    // 6.8.3.1 Register Context Source
    POST: {
      audited: { values: 'body' },
      parameters: parameters(),
      body: 'object',
      createsTenant: true,
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        const id = await createRegistration(parts, tenant, todaysRegistration(request.body as JsonObject), context);
        return sendCreated(reply, 'csourceRegistrations', id);
      },
    },
    // 6.8.3.2 Query Context Source Registrations
    GET: {
      parameters: parameters(...DISCOVERY_PARAMETERS, 'limit', 'offset', 'count', 'options'),
      answers: JSON_TYPES,
      async handle(request, reply) {
        const { tenant, context, parameters } = request.ngsiLd;
        const page = readPage(parameters);
        const discovery = readDiscovery(parameters, context);
        const { registrations, total } = await queryRegistrations(parts, tenant, discovery, page, viewOf(request));
        if (page.count) reply.header('NGSILD-Results-Count', total);
        const links = pageLinks(request, page, page.offset + page.limit < total, LINK_STYLE);
        return sendDocument(request, reply, registrations, links);
      },
    },
  });

  resource(app, '/csourceRegistrations/:id', {
    // 6.9.3.1 Retrieve Context Source Registration
    GET: {
      parameters: parameters('options'),
      answers: JSON_TYPES,
      async handle(request, reply) {
        const document = await retrieveRegistration(parts, request.ngsiLd.tenant, idOf(request), viewOf(request));
        return sendDocument(request, reply, document);
      },
    },
    // 6.9.3.2 Update Context Source Registration
    PATCH: {
      audited: { values: 'route' },
      parameters: parameters(),
      body: 'object',
      async handle(request, reply) {
        const { tenant, context } = request.ngsiLd;
        await updateRegistration(parts, tenant, idOf(request), todaysRegistration(request.body as JsonObject), context);
        return reply.code(204).send();
      },
    },
    // 6.9.3.3 Delete Context Source Registration
    DELETE: {
      audited: { values: 'route' },
      parameters: parameters(),
      async handle(request, reply) {
        await deleteRegistration(parts, request.ngsiLd.tenant, idOf(request));
        return reply.code(204).send();
      },
    },
  });
}

function idOf(request: FastifyRequest): string {
  return checkUri((request.params as { id?: string }).id, 'Registration id in the path');
}

function viewOf(request: FastifyRequest): RegistrationView {
  const options = readOptions(request.ngsiLd.parameters, ['sysAttrs']);
  return { context: request.ngsiLd.context, sysAttrs: options.has('sysAttrs'), version: answeredVersion(request) };
}
