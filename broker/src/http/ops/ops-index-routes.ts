import type { FastifyInstance } from 'fastify';
import type { Contexts } from '../../context/contexts.ts';
import type { IndexAdviser } from '../../indexes/index-adviser.ts';
import { expandAttributeName } from '../../model/parse/parse-attribute.ts';
import { badMember, isJsonObject, isName } from '../../model/values.ts';
import { sendJson } from '../answers/send-json.ts';

/** `/ops/indexes`, for operators: what queries compare, recommended indexes, and existing ones. */
export function opsIndexRoutes(app: FastifyInstance, adviser: IndexAdviser, contexts: Contexts): void {
  app.get('/ops/indexes', async (_request, reply) => sendJson(reply, await adviser.report()));

  // {"type": "Streetlight", "attribute": "status", "context": "https://…"}; the context is not needed for IRIs.
  app.post('/ops/indexes', { config: { audited: { values: 'body' } } }, async (request, reply) => {
    const { body } = request;
    if (!isJsonObject(body)) throw badMember('body', body, '{"type": …, "attribute": …}');
    const { type, attribute, context: url, ...others } = body;
    const [other] = Object.keys(others);
    if (other !== undefined) throw badMember(other, others[other], 'type, attribute and context only');
    if (typeof type !== 'string' || !isName(type)) throw badMember('type', type, 'an entity type name');
    if (typeof attribute !== 'string') throw badMember('attribute', attribute, 'an attribute name');
    if (url !== undefined && typeof url !== 'string') throw badMember('context', url, 'the URL of a @context');
    const context = await contexts.resolve(url);
    const of = { type: context.type(type), attribute: expandAttributeName(attribute, 'attribute', context) };
    const name = await adviser.make(of);
    return sendJson(reply.code(202).header('Location', `/ops/indexes/${name}`), { name, ...of });
  });

  app.delete<{ Params: { name: string } }>(
    '/ops/indexes/:name',
    { config: { audited: { values: 'above' } } },
    async (request, reply) => {
      await adviser.drop(request.params.name);
      return reply.code(204).send();
    },
  );
}
