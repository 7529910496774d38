import { models, vocabularyOf } from '@alzette/ngsi-ld-schemas/models';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ContextKind, ListedContext } from '../../context/context-store.ts';
import type { ContextHost } from '../../context/create-contexts.ts';
import type { HostedContexts } from '../../context/hosted-contexts.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { badMember } from '../../model/values.ts';
import { sendCached } from '../answers/cached-answer.ts';
import { sendJson } from '../answers/send-json.ts';
import { JSON_TYPES } from '../requests/negotiation.ts';
import type { Parameters } from '../requests/parameters.ts';
import { API, parameters, resource } from '../requests/resource.ts';

const A_DAY_S = 24 * 60 * 60;
const A_MINUTE_S = 60;

const KINDS: readonly ContextKind[] = ['Cached', 'Hosted', 'ImplicitlyCreated'];

/** The @contexts served by this broker: those of the product, and `/jsonldContexts` (6.29, 6.30). */
export function contextRoutes(app: FastifyInstance, contexts: ContextHost): void {
  const { hosted } = contexts;
  servedContextRoutes(app, contexts);
  vocabularyRoute(app);

  resource(app, '/jsonldContexts', {
    // 6.29.3.1 Add @context
    POST: {
      parameters: parameters(),
      body: 'context',
      createsTenant: true,
      async handle(request, reply) {
        const { '@context': value } = request.body as { '@context': unknown }; // validated before the handler
        const localId = await hosted.add(request.ngsiLd.tenant, value);
        return reply.code(201).header('Location', `${API}/jsonldContexts/${localId}`).send();
      },
    },
    // 6.29.3.2 List @contexts
    GET: {
      parameters: parameters('details', 'kind'),
      anyTenant: true,
      async handle(request, reply) {
        const { tenant, parameters } = request.ngsiLd;
        const details = readFlag(parameters, 'details');
        const contexts = await hosted.list(tenant, readKind(parameters.kind));
        return sendJson(
          reply,
          contexts.map((context) => (details ? metadataOf(context, hosted) : hosted.urlOf(context))),
        );
      },
    },
  });

  resource(app, '/jsonldContexts/:id', {
    // 6.30.3.1 Serve @context
    GET: {
      parameters: parameters('details', 'core'),
      answers: JSON_TYPES,
      async handle(request, reply) {
        const { mediaType, parameters } = request.ngsiLd;
        const details = readFlag(parameters, 'details');
        const { core } = parameters;
        if (core !== undefined && parameters.details !== undefined) {
          throw badMember('core', core, 'none beside details');
        }
        const context = await hosted.get(request.ngsiLd.tenant, idOf(request));
        if (core !== undefined) {
          const body = { '@context': hosted.withCore(context, core) };
          return sendCached(request, reply, { body, mediaType, maxAgeS: A_DAY_S, varies: 'Accept, NGSILD-Tenant' });
        }
        if (details) return sendJson(reply, metadataOf(context, hosted));
        if (context.kind === 'Cached') {
          throw new NgsiLdError(
            'OperationNotSupported',
            `@context: got a copy of ${context.url}, expected details=true, or a request to its own URL`,
          );
        }
        // Its id belongs to this content only, so the answer may be cached.
        const body = { '@context': context.document };
        return sendCached(request, reply, { body, mediaType, maxAgeS: A_DAY_S, varies: 'Accept, NGSILD-Tenant' });
      },
    },
    // 6.30.3.2 Delete and Reload @context
    DELETE: {
      parameters: parameters('reload'),
      async handle(request, reply) {
        const reload = readFlag(request.ngsiLd.parameters, 'reload');
        await hosted.remove(request.ngsiLd.tenant, idOf(request), reload);
        return reply.code(204).send();
      },
    },
  });
}

/** A version never changes. A path without version redirects to the latest one. */
function servedContextRoutes(app: FastifyInstance, contexts: ContextHost): void {
  app.get('/contexts/*', async (request, reply) => {
    const [path = ''] = request.url.split('?', 1);
    const served = await contexts.served(path);
    if (served === undefined) throw new NgsiLdError('ResourceNotFound', `There is no @context ${path}`);
    if (served.isLatest) reply.header('Content-Location', contexts.urlOf(served.path));
    reply.header('Access-Control-Allow-Origin', '*');
    const body = { '@context': served.document };
    const maxAgeS = served.isLatest ? A_MINUTE_S : A_DAY_S;
    return sendCached(request, reply, { body, mediaType: 'application/ld+json', maxAgeS });
  });
}

/** Describes the product's own vocabulary in RDF Schema: each name with its kind and unit. */
function vocabularyRoute(app: FastifyInstance): void {
  app.get('/contexts/vocabulary.jsonld', (request, reply) => {
    reply.header('Access-Control-Allow-Origin', '*');
    return sendCached(request, reply, {
      body: vocabularyOf(models),
      mediaType: 'application/ld+json',
      maxAgeS: A_DAY_S,
    });
  });
}

function idOf(request: FastifyRequest): string {
  return (request.params as { id?: string }).id ?? '';
}

/** Flags of these operations are ordinary data: an invalid value is BadRequestData (5.13.3, 5.13.5). */
function readFlag(parameters: Parameters, name: string): boolean {
  const text = parameters[name];
  if (text !== undefined && text !== 'true' && text !== 'false') throw badMember(name, text, 'true or false');
  return text === 'true';
}

function readKind(text: string | undefined): ContextKind | undefined {
  const kind = KINDS.find((known) => known === text);
  if (text !== undefined && kind === undefined) throw badMember('kind', text, KINDS.join(', '));
  return kind;
}

function metadataOf(context: ListedContext, hosted: HostedContexts): Record<string, unknown> {
  return {
    URL: hosted.urlOf(context),
    localId: context.localId,
    kind: context.kind,
    createdAt: context.createdAt.toISOString(),
    ...(context.expiresAt && { expiresAt: context.expiresAt.toISOString() }),
  };
}
