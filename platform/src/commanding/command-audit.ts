import type { Broker } from '@alzette/broker';
import { ANONYMOUS, actorOf } from '@alzette/broker/principal';
import type { IotAgents } from '@alzette/iot-agents';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

const ENTITY_WRITES = /^\/ngsi-ld\/v1\/(?:entities|entityOperations)\b/;
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const MAX_ENTITIES = 100;

/** Expands an attribute's name in a document to its IRI. */
type Expand = (name: string) => string;

/**
 * Records in the audit who requests device commands by writing attributes, like `/ops/audit` does for requests to
 * `/iot/commands`. The agents learn of such a write by a notification, which does not contain the caller. Attributes
 * are identified by IRIs, whatever a @context calls them. Used if access is enforced.
 *
 * @param context the URL of the @context for the agents' command names
 */
export function auditCommandAttributes(
  { app, audit, contexts }: Pick<Broker, 'app' | 'audit' | 'contexts'>,
  agents: Pick<IotAgents, 'commandNames'>,
  context: string,
  logger: Logger,
) {
  app.addHook('onResponse', (request, reply, done) => {
    done();
    if (SAFE.has(request.method) || !ENTITY_WRITES.test(request.routeOptions.url ?? '')) return;
    // A refused write requests nothing.
    if (reply.statusCode >= 300) return;
    note(request, reply).catch((cause: unknown) => logger.error({ err: cause }, 'a command could not be audited'));
  });

  async function note(request: FastifyRequest, { statusCode }: FastifyReply): Promise<void> {
    const commandOf = await commandsByIri();
    const asked: [entity: string, commands: string[]][] = [];
    for (const [entity, document, names] of writtenAttributes(request)) {
      const expand = await expanderOf(request, document);
      const commands = names.flatMap((name) => commandOf.get(expand(name)) ?? []);
      if (commands.length > 0) asked.push([entity, commands]);
      if (asked.length === MAX_ENTITIES) break;
    }
    if (asked.length === 0) return;
    await audit.append({
      actor: actorOf(request.access?.principal ?? ANONYMOUS),
      action: request.method,
      object: request.url.split('?', 1)[0] ?? '',
      tenant: request.tenant,
      outcome: 'done',
      details: { status: statusCode, commands: Object.fromEntries(asked) },
    });
  }

  async function commandsByIri(): Promise<ReadonlyMap<string, string>> {
    const [names, own] = await Promise.all([agents.commandNames(), contexts.resolve(context)]);
    return new Map([...names].map((name) => [own.attribute(name), name]));
  }

  /** Uses the @context of the document itself if it contains one: items of a batch may have their own. */
  async function expanderOf({ ngsiLd }: FastifyRequest, document: object): Promise<Expand> {
    const own = '@context' in document && ngsiLd.isJsonLd ? document['@context'] : undefined;
    const names = own === undefined ? ngsiLd.context : (contexts.cached(own) ?? (await contexts.resolve(own)));
    return (name) => {
      try {
        return names.attribute(name);
      } catch {
        return ''; // an alias of a keyword such as @type, which is no attribute
      }
    };
  }
}

/** For each entity that a request writes: its id, the document and the names of its attributes. */
function writtenAttributes({
  params,
  body,
}: FastifyRequest): (readonly [entity: string, document: object, names: string[]])[] {
  const { id, attr } = params as { id?: string; attr?: string };
  if (id !== undefined && attr !== undefined) return [[id, {}, [attr]]];
  const given = (Array.isArray(body) ? body : [body]).filter((each) => typeof each === 'object' && each !== null);
  return given.map((each) => [id ?? String(each.id), each, Object.keys(each).filter((name) => !IS_KEYWORD.test(name))]);
}

/** Members that are not attributes, whose names are not expanded. */
const IS_KEYWORD = /^(?:@.*|id|type|scope)$/;
