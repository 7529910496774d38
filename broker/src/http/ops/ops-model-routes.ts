import { contextOf, formOf } from '@alzette/ngsi-ld-schemas/models';
import { type Box, type Issue, messageOf } from '@alzette/ngsi-ld-schemas/validation';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ContextHost } from '../../context/create-contexts.ts';
import { parseContextLink } from '../../context/link-header.ts';
import { modelContextPath } from '../../context/served-contexts.ts';
import { NgsiLdError } from '../../model/errors.ts';
import { badMember, isJsonObject } from '../../model/values.ts';
import { dryRun } from '../../validation/dry-run-models.ts';
import { installModel } from '../../validation/install-model.ts';
import type { Models } from '../../validation/models.ts';

/** A response header with the validation warnings of a write. */
const HEADER = 'NGSILD-Validation';
const HEADER_ISSUES = 10;
const MODES = ['off', 'warn', 'reject'] as const;

interface ModelParts {
  readonly models: Models;
  readonly contexts: ContextHost;
  /** Positions outside are reported if they would lie inside with swapped coordinates. */
  readonly territory: Box;
}

/**
 * Models of entity types: list and install models, set how strictly writes are validated, and validate without writing.
 */
export function opsModelRoutes(app: FastifyInstance, parts: ModelParts): void {
  app.addHook('onRequest', (request, _reply, done) => {
    if (parts.models.areTypesValidated) request.issues = new Set();
    done();
  });
  app.addHook('onSend', ({ issues }, reply, _payload, done) => {
    if (issues !== null && issues.size > 0) reply.header(HEADER, headerOf(issues));
    done();
  });
  modelRoutes(app, parts);
  policyRoutes(app, parts);
}

function modelRoutes(app: FastifyInstance, { models, contexts }: ModelParts): void {
  app.get('/ops/models', (request) => {
    const isWhole = (request.query as { installed?: string }).installed === 'true';
    return models
      .list(request.tenant)
      .filter(({ installed }) => installed || !isWhole)
      .map(({ model, installed }) => ({
        type: model.type,
        iri: model.iri,
        subject: model.subject,
        version: model.version,
        attributes: Object.keys(model.attributes).length,
        installed,
        ...(isWhole && { model }),
      }));
  });

  app.post('/ops/models', { config: { audited: { values: 'body' } } }, async (request, reply) => {
    const { tenant } = request;
    const { model, defects, contextVersion } = await installModel(models, tenant, request.body);
    return reply
      .code(201)
      .header('Location', `/ops/models/${encodeURIComponent(model.iri)}`)
      .send({
        type: model.type,
        iri: model.iri,
        attributes: Object.keys(model.attributes).length,
        context: contexts.urlOf(modelContextPath(tenant, contextVersion)),
        defects,
      });
  });

  app.get('/ops/models/:iri', (request) => {
    const { model } = models.find(request.tenant, iriOf(request)) ?? notThere(request);
    return { model, form: formOf(model), context: { '@context': contextOf([model]) } };
  });

  app.delete('/ops/models/:iri', { config: { audited: { values: 'route' } } }, async (request, reply) => {
    if (!(await models.remove(request.tenant, iriOf(request)))) notThere(request);
    return reply.code(204).send();
  });
}

function policyRoutes(app: FastifyInstance, { models, contexts, territory }: ModelParts): void {
  app.get('/ops/validation', (request) => models.policies(request.tenant));

  app.put('/ops/validation', { config: { audited: { values: 'route' } } }, async (request, reply) => {
    const body = isJsonObject(request.body) ? request.body : {};
    const mode = MODES.find((name) => name === body.mode) ?? bad('mode', body.mode, MODES.join(', '));
    await models.setPolicy({ tenant: request.tenant, type: await typeOf(request, body.type), mode });
    return reply.code(204).send();
  });

  app.delete('/ops/validation', { config: { audited: { values: 'route' } } }, async (request, reply) => {
    const { type } = request.query as { type?: string };
    if (!(await models.removePolicy(request.tenant, await typeOf(request, type)))) {
      throw new NgsiLdError('ResourceNotFound', `There is no policy for ${type ?? 'all types'}`);
    }
    return reply.code(204).send();
  });

  app.post('/ops/validate', async (request) => {
    const { lang } = request.query as { lang?: string };
    const language = lang === undefined || lang === 'en' || lang === 'fr' ? lang : bad('lang', lang, 'en or fr');
    const results = [];
    for (const item of [request.body].flat()) {
      if (!isJsonObject(item)) throw badMember('body', item, 'an entity or a list of entities');
      const { '@context': embedded, ...entity } = item;
      const names = await contexts.resolve(embedded ?? parseContextLink(request.headers.link));
      const issues = dryRun(request.tenant, entity, names, models, territory);
      results.push({
        id: entity.id,
        ok: issues.every(({ severity }) => severity === 'warning'),
        issues: issues.map((issue) => ({ ...issue, message: messageOf(issue, language) })),
      });
    }
    return Array.isArray(request.body) ? results : results[0];
  });

  /** The type IRI, expanded with the @context of the request, or '' for all. */
  async function typeOf(request: FastifyRequest, type: unknown): Promise<string> {
    if (type === undefined) return '';
    if (typeof type !== 'string') throw badMember('type', type, 'a type name');
    return (await contexts.resolve(parseContextLink(request.headers.link) ?? request.interop?.defaultContext)).type(
      type,
    );
  }
}

function headerOf(issues: ReadonlySet<Issue>): string {
  const shown = [...issues]
    .slice(0, HEADER_ISSUES)
    .map(({ code, attribute = '' }) => `${code} ${encodeURI(attribute)}`);
  return shown.join(', ') + (issues.size > HEADER_ISSUES ? `, and ${issues.size - HEADER_ISSUES} more` : '');
}

function iriOf(request: FastifyRequest): string {
  return (request.params as { iri: string }).iri;
}

function notThere(request: FastifyRequest): never {
  throw new NgsiLdError('ResourceNotFound', `There is no model ${iriOf(request)}`);
}

function bad(member: string, got: unknown, expected: string): never {
  throw badMember(member, got, expected);
}
