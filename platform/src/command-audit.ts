import type { Broker } from '@alzette/broker';
import type { IotAgents } from '@alzette/iot-agents';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';

const ENTITY_WRITES = /^\/ngsi-ld\/v1\/(?:entities|entityOperations)\b/;
const SAFE: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);
const MOST_ENTITIES = 100;

/**
 * Writes down who asks devices for commands by writing their attributes, as `/ops/audit` has it of requests to
 * `/iot/commands`: the agents hear of such a write by a notification, which names nobody. For where access is enforced.
 */
export function auditCommandAttributes(
  { app, audit }: Broker,
  agents: Pick<IotAgents, 'commandNames'>,
  logger: Logger,
) {
  app.addHook('onResponse', (request, reply, done) => {
    done();
    if (SAFE.has(request.method) || !ENTITY_WRITES.test(request.routeOptions.url ?? '')) return;
    // What is refused asks for nothing.
    if (reply.statusCode >= 300) return;
    note(request, reply).catch((cause: unknown) => logger.error({ err: cause }, 'a command could not be audited'));
  });

  async function note(request: FastifyRequest, { statusCode }: FastifyReply): Promise<void> {
    const names = await agents.commandNames();
    const commands = Object.fromEntries(
      writtenAttributes(request)
        .map(([entity, written]) => [entity, written.map(termOf).filter((name) => names.has(name))] as const)
        .filter(([, asked]) => asked.length > 0)
        .slice(0, MOST_ENTITIES),
    );
    if (Object.keys(commands).length === 0) return;
    const { kind, id } = request.access?.principal ?? { kind: 'anonymous', id: '' };
    await audit.append({
      actor: kind === 'anonymous' ? kind : `${kind}:${id}`,
      action: request.method,
      object: request.url.split('?', 1)[0] ?? '',
      tenant: request.tenant,
      outcome: 'done',
      details: { status: statusCode, commands },
    });
  }
}

/** Of each entity, by id, what a request writes. */
function writtenAttributes({ params, body }: FastifyRequest): (readonly [entity: string, names: string[]])[] {
  const { id, attr } = params as { id?: string; attr?: string };
  if (id !== undefined && attr !== undefined) return [[id, [attr]]];
  const given = (Array.isArray(body) ? body : [body]).filter((each) => typeof each === 'object' && each !== null);
  return given.map((each) => [id ?? String(each.id), Object.keys(each)] as const);
}

/** A name may be given as an IRI. */
function termOf(name: string): string {
  return name.slice(Math.max(name.lastIndexOf('/'), name.lastIndexOf('#'), name.lastIndexOf(':')) + 1);
}
