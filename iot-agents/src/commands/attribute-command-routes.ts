import { DONE, operation } from '@alzette/kit/routes';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ContextOf } from '../frames/context-of.ts';
import { isObject, object, objects, text } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { type CheckCommands, refuseUnlessChecked } from './check-commands.ts';
import type { Commands } from './commands.ts';
import type { Configurations } from './configuration.ts';
import type { IsOurs } from './notify-secret.ts';
import { readCommandInstance, wishes } from './read-command-instance.ts';
import { refusedCommand } from './refused-command.ts';

interface AttributeCommandParts {
  readonly commands: Pick<Commands, 'request'>;
  readonly configurations: Pick<Configurations, 'receive'>;
  readonly client: Pick<NgsiLdClient, 'batchUpsert'>;
  readonly contextOf: ContextOf;
  /** Whether a notification comes from one of our subscriptions. */
  readonly isOurs: IsOurs;
  readonly checkCommands: CheckCommands;
}

/** Commands requested by writing an attribute: forwarded by a broker, or received as a notification. */
export async function attributeCommandRoutes(app: FastifyInstance, parts: AttributeCommandParts): Promise<void> {
  const { commands, configurations, isOurs, checkCommands } = parts;
  const take = async (request: FastifyRequest, entityId: string, attributes: Readonly<Record<string, unknown>>) => {
    const asked = Object.keys(attributes).map((command) => ({ entityId, command }));
    await refuseUnlessChecked(checkCommands, request, asked);
    await requestAttributes(commands, { tenant: request.tenant, entityId }, attributes);
  };
  const checkIsOurs = (request: FastifyRequest): void => {
    if (isOurs(request)) return;
    const message = 'the notification does not contain the secret of the agents’ own subscriptions';
    throw new RegistryError('UNAUTHORIZED', message);
  };
  // A request that a broker forwards because we are registered for the attribute. The command is accepted, and its
  // state is reported afterwards.
  app.patch<{ Params: { id: string } }>(
    '/ngsi-ld/v1/entities/:id/attrs',
    operation({
      access: 'administerAll',
      summary: 'Accepts commands as attributes, forwarded by a broker',
      answers: DONE,
    }),
    async (request, reply) => {
      const { type: _, '@context': __, ...attributes } = object(request.body);
      await take(request, request.params.id, attributes);
      return reply.code(204).send();
    },
  );
  app.patch<{ Params: { id: string; command: string } }>(
    '/ngsi-ld/v1/entities/:id/attrs/:command',
    operation({
      access: 'administerAll',
      summary: 'Accepts a command as an attribute, forwarded by a broker',
      answers: DONE,
    }),
    async (request, reply) => {
      const { id, command } = request.params;
      await take(request, id, { [command]: request.body });
      return reply.code(204).send();
    },
  );
  app.post(
    '/notify/configuration',
    operation({
      access: 'nothing',
      summary: 'Receives notifications of device configurations, authenticated by their secret',
      answers: DONE,
    }),
    async (request, reply) => {
      checkIsOurs(request);
      for (const entity of objects(object(request.body).data)) await configurations.receive(request.tenant, entity);
      return reply.code(204).send();
    },
  );
  app.post(
    '/notify',
    operation({
      access: 'nothing',
      summary: 'Receives notifications of attributes that request commands, authenticated by their secret',
      answers: DONE,
    }),
    async (request, reply) => {
      checkIsOurs(request);
      const notification = object(request.body);
      for (const entity of objects(notification.data)) await takeNotified(parts, request, notification, entity);
      return reply.code(204).send();
    },
  );
}

async function requestAttributes(
  commands: Pick<Commands, 'request'>,
  { tenant, entityId }: { readonly tenant: string; readonly entityId: string },
  attributes: Readonly<Record<string, unknown>>,
): Promise<void> {
  const asked = Object.entries(attributes).flatMap(([command, given]) =>
    [given].flat().map((instance) => ({ entityId, tenant, ...readCommandInstance(command, instance) })),
  );
  if (asked.length === 0) throw new RegistryError('WRONG_SYNTAX', 'the request has no attribute');
  await commands.request(asked);
}

/** Whether somebody has created the attribute, such as with a copy of an entity: only writing it is a command. */
function isNewlyMade({ datasetId, createdAt, modifiedAt }: Readonly<Record<string, unknown>>): boolean {
  return datasetId === undefined && createdAt !== undefined && createdAt === modifiedAt;
}

/** Requests the commands in one entity of a notification. Impossible ones are reported on the entity. */
async function takeNotified(
  { commands, client, contextOf }: AttributeCommandParts,
  { tenant, log }: FastifyRequest,
  notification: Readonly<Record<string, unknown>>,
  entity: Readonly<Record<string, unknown>>,
): Promise<void> {
  const { id } = entity;
  if (typeof id !== 'string') return;
  for (const [command, attribute] of Object.entries(entity)) {
    for (const instance of [attribute].flat()) {
      if (!isObject(instance) || !('value' in instance) || instance.value === '' || isNewlyMade(instance)) continue;
      const moment = text(instance.modifiedAt) ?? text(notification.id) ?? text(notification.notifiedAt);
      const named = [instance.datasetId].filter((datasetId) => datasetId !== undefined);
      const requestKey = [tenant, id, command, moment, ...named].join(' ');
      try {
        await commands.request([{ entityId: id, tenant, requestKey, ...readCommandInstance(command, instance) }]);
      } catch (cause) {
        // Redelivery would not help.
        if (!(cause instanceof RegistryError)) throw cause;
        log.warn({ entity: id, command, reason: cause.message }, 'an attribute asks for an impossible command');
        // It may not be a command, or may be for another agent.
        if (cause.name === 'COMMAND_UNKNOWN') continue;
        const refused = refusedCommand({ ...entity, id }, { command, ...wishes(instance) }, cause.message);
        await client.batchUpsert([refused], { update: true, tenant, context: contextOf(tenant) });
      }
    }
  }
}
