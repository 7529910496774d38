import type { Broker } from '@alzette/broker';
import { ANONYMOUS, actorOf } from '@alzette/broker/principal';
import type { IotAgents } from '@alzette/iot-agents';
import type { FastifyRequest } from 'fastify';

interface Asked {
  /** As the audit names it. Absent: it asks for no commands. */
  readonly act?: {
    readonly actor: string;
    readonly action: string;
    readonly object: string;
    readonly tenant: string;
    readonly details: { readonly commands: Readonly<Record<string, readonly string[]>> };
  };
  /** False: the @context of an item of a batch was not available, but may be when the item is written. */
  readonly isAll: boolean;
}

interface AskedCommands extends Asked {
  /** Ends what was written down. */
  readonly end?: () => Promise<void>;
}

declare module 'fastify' {
  interface FastifyRequest {
    /** Absent: the request asks for no commands. */
    askedCommands?: AskedCommands;
  }
}

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
) {
  app.addHook('preHandler', (request, _reply, done) => {
    if (SAFE.has(request.method) || !ENTITY_WRITES.test(request.routeOptions.url ?? '')) done();
    else writeDown(request).then(() => done(), done);
  });
  // Before the answer, because the client may have gone away.
  app.addHook('onSend', (request, { statusCode }, payload, done) => {
    if (request.askedCommands === undefined) done(null, payload);
    else record(request, request.askedCommands, statusCode).then(() => done(null, payload), done);
  });

  async function record(request: FastifyRequest, known: AskedCommands, statusCode: number): Promise<void> {
    const { act, isAll, end } = known;
    const isDone = statusCode < 300;
    const asked = isDone && !isAll ? (await askedBy(request)).act : act;
    // A refused write requests nothing.
    if (asked !== undefined && (isDone || statusCode >= 500)) {
      const details = { status: statusCode, ...asked.details };
      await audit.append({ ...asked, outcome: isDone ? 'done' : 'failed', details });
    }
    await end?.();
  }

  async function writeDown(request: FastifyRequest): Promise<void> {
    const { act, isAll } = await askedBy(request);
    if (act !== undefined) request.askedCommands = { act, isAll, end: await audit.begin(act) };
    else if (!isAll) request.askedCommands = { isAll };
  }

  async function askedBy(request: FastifyRequest): Promise<Asked> {
    const commandOf = await commandsByIri();
    if (commandOf.size === 0) return { isAll: true };
    const asked: [entity: string, commands: string[]][] = [];
    let isAll = true;
    for (const [entity, document, names] of writtenAttributes(request)) {
      const expand = await expanderOf(request, document).catch(() => undefined);
      if (expand === undefined) isAll = false;
      const commands = names.flatMap((name) => commandOf.get(expand?.(name) ?? '') ?? []);
      if (commands.length > 0) asked.push([entity, commands]);
      if (asked.length === MAX_ENTITIES) break;
    }
    if (asked.length === 0) return { isAll };
    const act = {
      actor: actorOf(request.access?.principal ?? ANONYMOUS),
      action: request.method,
      object: request.url.split('?', 1)[0] ?? '',
      tenant: request.tenant,
      details: { commands: Object.fromEntries(asked) },
    };
    return { act, isAll };
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
