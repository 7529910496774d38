import { randomUUID } from 'node:crypto';
import { shown } from '@alzette/kit/problems';
import { routeOf } from '@alzette/kit/serve';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { commandContract } from '../contract/commands.ts';
import type { Database } from '../database.ts';
import { isRefusal } from '../frames/broker-refusal.ts';
import type { ContextOf } from '../frames/context-of.ts';
import { object, text } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { paging } from '../http/paging.ts';
import { type CheckCommands, refuseUnlessChecked } from './check-commands.ts';
import type { Command } from './command.ts';
import { publishedStatus } from './command.ts';
import { batchStates, findCommand, listCommands } from './command-rows.ts';
import type { Commands } from './commands.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MAX_ENTITIES = 2_000;
/** The default pause between the commands of a group, which suits a gateway's duty cycle. */
const PACE_MS = 3_000;

interface CommandRouteParts {
  readonly db: Database;
  readonly commands: Commands;
  readonly client: Pick<NgsiLdClient, 'queryEntities'>;
  /** The @context of group queries. */
  readonly contextOf: ContextOf;
  readonly checkCommands: CheckCommands;
}

/** `/commands`: commands to one device, or to many with a pause between them. */
export async function commandRoutes(app: FastifyInstance, parts: CommandRouteParts): Promise<void> {
  const { db, commands } = parts;
  app.post('/commands', routeOf(commandContract.operations.send), (request, reply) =>
    requestCommands(parts, request, reply),
  );
  app.get<{ Querystring: { entityId?: string; batch?: string } }>(
    '/commands',
    routeOf(commandContract.operations.list),
    async (request) => {
      const { entityId, batch } = request.query;
      if (batch !== undefined && !UUID.test(batch)) {
        throw new RegistryError('WRONG_SYNTAX', `batch is "${batch}", expected a UUID`);
      }
      const found = await listCommands(db, {
        ...paging(request),
        ...(entityId === undefined ? {} : { entityId }),
        ...(batch === undefined ? {} : { batch }),
      });
      return {
        count: found.count,
        // For a group, its progress.
        ...(batch === undefined ? {} : { states: await batchStates(db, batch) }),
        commands: found.commands.map(shownCommand),
      };
    },
  );
  app.get<{ Params: { id: string } }>(
    '/commands/:id',
    routeOf(commandContract.operations.command),
    async ({ params }) => shownCommand(await commandOf(db, params.id)),
  );
  app.delete<{ Params: { id: string } }>(
    '/commands/:id',
    routeOf(commandContract.operations.cancel),
    async ({ params }, reply) => {
      await commands.cancel((await commandOf(db, params.id)).id);
      return reply.code(204).send();
    },
  );
}

async function requestCommands(
  parts: CommandRouteParts,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const { tenant } = request;
  const body = object(request.body);
  const command = text(body.command);
  if (command === undefined)
    throw new RegistryError('WRONG_SYNTAX', `command is ${shown(body.command)}, expected a name`);
  const entityIds = body.query === undefined ? entityIdsOf(body) : await entitiesOf(parts, readGroup(body), tenant);
  const { expiresAt, intervalMs = entityIds.length > 1 ? PACE_MS : 0 } = body;
  if (typeof intervalMs !== 'number' || !(intervalMs >= 0 && intervalMs <= 600_000)) {
    throw new RegistryError('WRONG_SYNTAX', `intervalMs is ${shown(intervalMs)}, expected milliseconds up to 600000`);
  }
  if (expiresAt !== undefined && !(typeof expiresAt === 'string' && Date.parse(expiresAt) > Date.now())) {
    throw new RegistryError('WRONG_SYNTAX', `expiresAt is ${shown(expiresAt)}, expected a future time`);
  }
  await refuseUnlessChecked(
    parts.checkCommands,
    request,
    entityIds.map((entityId) => ({ entityId, command })),
  );
  const batch = body.entityId === undefined ? randomUUID() : undefined;
  const ids = await parts.commands.request(
    entityIds.map((entityId, at) => ({
      entityId,
      command,
      value: body.value,
      tenant,
      delayMs: at * intervalMs,
      ...(expiresAt === undefined ? {} : { expiresAt }),
      ...(batch === undefined ? {} : { batch }),
    })),
  );
  if (batch !== undefined) return reply.code(202).send({ batch, ids });
  return reply.code(202).header('location', `/iot/commands/${ids[0]}`).send({ id: ids[0] });
}

/** The entities of a group, for example a street or a cabinet: the results of the query, ordered by id. */
async function entitiesOf({ client, contextOf }: CommandRouteParts, group: Group, tenant: string): Promise<string[]> {
  const { entities } = await client
    .queryEntities({ ...group, limit: MAX_ENTITIES / 2, tenant, context: contextOf(tenant) })
    .catch((cause: unknown) => {
      if (isRefusal(cause)) throw new RegistryError('WRONG_SYNTAX', `query: ${cause.message}`);
      throw cause;
    });
  if (entities.length === 0) throw new RegistryError('COMMAND_UNKNOWN', 'query finds no entity');
  return entities.map(({ id }) => id).sort();
}

interface Group {
  readonly type: string;
  readonly q?: string;
  readonly scopeQ?: string;
}

function readGroup({ query, entityId, entityIds }: Readonly<Record<string, unknown>>): Group {
  if (entityId !== undefined || entityIds !== undefined) {
    throw new RegistryError('WRONG_SYNTAX', 'query and the ids of entities are given, expected only one of them');
  }
  const { type, q, scopeQ } = object(query);
  for (const [name, value] of Object.entries({ type, q, scopeQ })) {
    if (text(value) !== undefined || (value === undefined && name !== 'type')) continue;
    throw new RegistryError('WRONG_SYNTAX', `query.${name} is ${shown(value)}, expected a text`);
  }
  return {
    type: String(type),
    ...(q === undefined ? {} : { q: String(q) }),
    ...(scopeQ === undefined ? {} : { scopeQ: String(scopeQ) }),
  };
}

function entityIdsOf({ entityId, entityIds }: { readonly entityId?: unknown; readonly entityIds?: unknown }): string[] {
  const given = entityIds === undefined ? [entityId] : entityIds;
  if (!Array.isArray(given) || given.length === 0 || !given.every((id) => typeof id === 'string' && id !== '')) {
    const [member, value] = entityIds === undefined ? ['entityId', entityId] : ['entityIds', entityIds];
    throw new RegistryError('WRONG_SYNTAX', `${member} is ${shown(value)}, expected the ids of entities`);
  }
  if (given.length > MAX_ENTITIES) {
    throw new RegistryError('WRONG_SYNTAX', `entityIds has ${given.length} items, expected at most ${MAX_ENTITIES}`);
  }
  return given;
}

async function commandOf(db: Database, id: string): Promise<Command> {
  const found = UUID.test(id) ? await findCommand(db, id.toLowerCase()) : undefined;
  if (found === undefined) throw new RegistryError('COMMAND_NOT_FOUND', `command "${id}" does not exist`);
  return found;
}

/** Without internal data: the device's key and the message. */
function shownCommand({ message, device, byAttribute, trace, sends, answers, ...command }: Command): object {
  const requestId = trace?.split('/', 1)[0];
  const unexpected = answers.filter(({ isUnexpected }) => isUnexpected);
  return {
    ...command,
    status: publishedStatus(command.state),
    way: message.way,
    ...(requestId && { requestId }),
    ...(unexpected.length > 0 && {
      unexpectedAnswers: unexpected.map(({ at, failed, info }) => ({ at, failed, info })),
    }),
  };
}
