import { randomUUID } from 'node:crypto';
import type { Entity, NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Database } from '../database.ts';
import { isRefusal } from '../frames/broker-refusal.ts';
import { isObject, object, objects, text } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { paging } from '../http/paging.ts';
import type { Command } from './command.ts';
import { publishedStatus } from './command.ts';
import { batchStates, findCommand, listCommands } from './command-rows.ts';
import type { Commands } from './commands.ts';
import type { Configurations } from './configuration.ts';
import type { IsOurs } from './notify-secret.ts';

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;
const MOST_ENTITIES = 2_000;
/** Between the commands of a group, unless the request says otherwise: what a gateway's duty cycle bears. */
const PACE_MS = 3_000;

/** `/commands`: what devices are told, to one or to many at a pace; and `/notify`, where attributes ask for it. */
export async function commandRoutes(
  app: FastifyInstance,
  {
    db,
    commands,
    configurations,
    client,
    context,
    isOurs,
  }: {
    readonly db: Database;
    readonly commands: Commands;
    readonly configurations: Pick<Configurations, 'tell'>;
    readonly client: Pick<NgsiLdClient, 'queryEntities' | 'batchUpsert'>;
    /** Whose terms the queries of groups use. */
    readonly context: string;
    /** Whether a notification is of a subscription of ours. */
    readonly isOurs: IsOurs;
  },
): Promise<void> {
  /** A street's or a cabinet's: those that the query finds, in the order of their ids. */
  const entitiesOf = async (group: Group, tenant: string): Promise<string[]> => {
    const { entities } = await client
      .queryEntities({ ...group, limit: MOST_ENTITIES / 2, tenant, context })
      .catch((cause: unknown) => {
        if (isRefusal(cause)) throw new RegistryError('WRONG_SYNTAX', `query: ${cause.message}`);
        throw cause;
      });
    if (entities.length === 0) throw new RegistryError('COMMAND_UNKNOWN', 'query finds no entity');
    return entities.map(({ id }) => id).sort();
  };
  app.post('/commands', async (request, reply) => {
    const body = object(request.body);
    const command = text(body.command);
    if (command === undefined)
      throw new RegistryError('WRONG_SYNTAX', `command is ${shown(body.command)}, expected a name`);
    const tenant = request.tenant;
    const entityIds = body.query === undefined ? entityIdsOf(body) : await entitiesOf(readGroup(body), tenant);
    const { expiresAt, intervalMs = entityIds.length > 1 ? PACE_MS : 0 } = body;
    if (typeof intervalMs !== 'number' || !(intervalMs >= 0 && intervalMs <= 600_000)) {
      throw new RegistryError('WRONG_SYNTAX', `intervalMs is ${shown(intervalMs)}, expected milliseconds up to 600000`);
    }
    if (expiresAt !== undefined && !(typeof expiresAt === 'string' && Date.parse(expiresAt) > Date.now())) {
      throw new RegistryError('WRONG_SYNTAX', `expiresAt is ${shown(expiresAt)}, expected a time to come`);
    }
    const batch = body.entityId === undefined ? randomUUID() : undefined;
    const ids = await commands.request(
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
  });

  app.get<{ Querystring: { entityId?: string; batch?: string } }>('/commands', async (request) => {
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
      // Of a group, how far it has come.
      ...(batch === undefined ? {} : { states: await batchStates(db, batch) }),
      commands: found.commands.map(shownCommand),
    };
  });

  app.get<{ Params: { id: string } }>('/commands/:id', async ({ params }) =>
    shownCommand(await commandOf(db, params.id)),
  );

  app.delete<{ Params: { id: string } }>('/commands/:id', async ({ params }, reply) => {
    await commands.cancel((await commandOf(db, params.id)).id);
    return reply.code(204).send();
  });

  // What a broker forwards to who is registered for an attribute: a command is taken, and its state told afterwards.
  app.patch<{ Params: { id: string } }>('/ngsi-ld/v1/entities/:id/attrs', async (request, reply) => {
    const { type: _, '@context': __, ...attributes } = object(request.body);
    await requestAttributes(request, attributes);
    return reply.code(204).send();
  });
  app.patch<{ Params: { id: string; command: string } }>(
    '/ngsi-ld/v1/entities/:id/attrs/:command',
    async (request, reply) => {
      await requestAttributes(request, { [request.params.command]: request.body });
      return reply.code(204).send();
    },
  );
  const requestAttributes = async (
    request: FastifyRequest<{ Params: { id: string } }>,
    attributes: Readonly<Record<string, unknown>>,
  ): Promise<void> => {
    const tenant = request.tenant;
    const asked = Object.entries(attributes).flatMap(([command, given]) =>
      // Instances by datasetId are a sequence of commands.
      (Array.isArray(given) ? given : [given]).map((instance) => ({ command, instance })),
    );
    if (asked.length === 0) throw new RegistryError('WRONG_SYNTAX', 'the request has no attribute');
    await commands.request(
      asked.map(({ command, instance }) => {
        if (!isObject(instance) || !('value' in instance)) {
          throw new RegistryError('WRONG_SYNTAX', `${command} is ${shown(instance)}, expected a Property with a value`);
        }
        const { value } = instance;
        return { entityId: request.params.id, command, value: value === 'urn:ngsi-ld:null' ? null : value, tenant };
      }),
    );
  };

  app.post('/notify/configuration', async (request, reply) => {
    if (!isOurs(request)) return refuseNotification(reply);
    const tenant = request.tenant;
    for (const entity of objects(object(request.body).data)) await configurations.tell(tenant, entity);
    return reply.code(204).send();
  });

  app.post('/notify', async (request, reply) => {
    if (!isOurs(request)) return refuseNotification(reply);
    const notification = object(request.body);
    const tenant = request.tenant;
    for (const entity of objects(notification.data)) {
      for (const [command, attribute] of Object.entries(entity)) {
        if (!isObject(attribute) || !('value' in attribute) || attribute.value === '') continue;
        const { id } = entity;
        if (typeof id !== 'string') continue;
        const moment = text(attribute.modifiedAt) ?? text(notification.id) ?? text(notification.notifiedAt);
        await commands
          .request([
            {
              entityId: id,
              command,
              value: attribute.value,
              tenant,
              requestKey: [tenant, id, command, moment].join(' '),
            },
          ])
          .catch(async (cause: unknown) => {
            // Another delivery of it would fare no better.
            if (!(cause instanceof RegistryError)) throw cause;
            request.log.warn(
              { entity: id, command, reason: cause.message },
              'an attribute asks for an impossible command',
            );
            // It may be no command to anybody, or another's.
            if (cause.name === 'COMMAND_UNKNOWN') return;
            const refused = refusedEntity({ ...entity, id }, command, cause.message);
            await client.batchUpsert([refused], { update: true, tenant, context });
          });
      }
    }
    return reply.code(204).send();
  });
}

/** As that of a command that was taken and went wrong: the attribute may ask for it again. */
function refusedEntity(
  { id, type }: { readonly id: string; readonly type?: unknown },
  command: string,
  reason: string,
): Entity {
  const observedAt = new Date().toISOString();
  return {
    id,
    type: typeof type === 'string' ? type : 'Device',
    [command]: { type: 'Property', value: '' },
    [`${command}_status`]: { type: 'Property', value: 'ERROR', observedAt },
    [`${command}_info`]: { type: 'Property', value: reason, observedAt },
  };
}

function refuseNotification(reply: FastifyReply): FastifyReply {
  const message = 'the notification shows no secret of the agents, expected one of their own subscriptions';
  return reply.code(401).send({ name: 'UNAUTHORIZED', message });
}

interface Group {
  readonly type: string;
  readonly q?: string;
  readonly scopeQ?: string;
}

function readGroup({ query, entityId, entityIds }: Readonly<Record<string, unknown>>): Group {
  if (entityId !== undefined || entityIds !== undefined) {
    throw new RegistryError('WRONG_SYNTAX', 'query and the ids of entities are given: which are meant?');
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
  if (given.length > MOST_ENTITIES) {
    throw new RegistryError('WRONG_SYNTAX', `entityIds has ${given.length} items, expected at most ${MOST_ENTITIES}`);
  }
  return given;
}

async function commandOf(db: Database, id: string): Promise<Command> {
  const found = UUID.test(id) ? await findCommand(db, id.toLowerCase()) : undefined;
  if (found === undefined) throw new RegistryError('COMMAND_NOT_FOUND', `command "${id}" does not exist`);
  return found;
}

/** Without what is ours to know: the device's key and the message. */
function shownCommand({ message, device, byAttribute, ...command }: Command): object {
  return { ...command, status: publishedStatus(command.state), way: message.way };
}

function shown(value: unknown): string {
  return JSON.stringify(value)?.slice(0, 100) ?? 'missing';
}
