import { bundledContexts } from '@alzette/ngsi-ld-schemas/contexts';
import type { FastifyInstance } from 'fastify';
import type { ContextHost } from '../context/create-contexts.ts';
import { NgsiLdError } from '../model/errors.ts';
import { JSON_TYPES } from './negotiation.ts';
import { parameters, resource } from './resource.ts';
import { sendJson } from './send-json.ts';

const A_DAY_S = 24 * 60 * 60;

/** The @contexts served here: those that come with the product, and those that inline contexts got (5.13, C.8). */
export function contextRoutes(app: FastifyInstance, contexts: ContextHost): void {
  for (const [path, document] of bundledContexts) {
    const text = JSON.stringify(document);
    app.get(path, (_request, reply) =>
      reply
        .header('Cache-Control', `public, max-age=${A_DAY_S}`)
        .header('Access-Control-Allow-Origin', '*')
        .type('application/ld+json')
        .send(text),
    );
  }

  // 6.30.3.1 Serve @context
  resource(app, '/jsonldContexts/:id', {
    GET: {
      parameters: parameters(),
      answers: JSON_TYPES,
      async handle(request, reply) {
        const { id = '' } = request.params as { id?: string };
        const context = await contexts.retrieveContext(id, request.ngsiLd.tenant);
        if (context === undefined) throw new NgsiLdError('ResourceNotFound', `There is no @context ${id}`);
        if (context.kind === 'Cached') {
          throw new NgsiLdError(
            'OperationNotSupported',
            `The @context ${id} is a copy, expected its own URL to be asked`,
          );
        }
        return sendJson(reply, { '@context': context.document }, 'application/ld+json');
      },
    },
  });
}
