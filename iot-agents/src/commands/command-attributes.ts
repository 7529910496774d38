import { createHash } from 'node:crypto';
import { type Entity, type NgsiLdClient, putSubscription } from '@alzette/ngsi-ld-schemas';
import type { Logger } from 'pino';
import type { EffectiveConfig } from '../fiware/agent-config.ts';
import { staticAttributes } from '../fiware/measure-mapper.ts';
import { isRefusal } from '../frames/broker-refusal.ts';
import type { ContextOf } from '../frames/context-of.ts';
import type { NotifyEndpoint } from './notify-secret.ts';

/** Makes commands requestable by writing an attribute of the device's entity. */
export interface CommandAttributes {
  /**
   * Creates the entity with its command attributes, so that they can be written before the device has measured
   * anything.
   */
  offer(configs: readonly EffectiveConfig[]): Promise<void>;
  /**
   * The same for several commands, of which some entities may already have attributes. @throws Error: the broker does
   * not answer
   */
  offerMissing(
    commands: { readonly tenant: string; readonly type: string; readonly commands: readonly string[] },
    entityIds: readonly string[],
  ): Promise<void>;
}

const ASKED_AT_ONCE = 50;

/**
 * Manages our subscriptions on command attributes, which notify `notify`.
 * Longer than 80 lines: short functions that share the state at its top.
 */
export function createCommandAttributes(parts: {
  readonly client: NgsiLdClient;
  readonly contextOf: ContextOf;
  readonly notify: NotifyEndpoint;
  readonly logger: Logger;
}): CommandAttributes {
  const { client, contextOf, notify, logger } = parts;
  /** By the ids of subscriptions: the @context that their names were read with. */
  const subscribed = new Map<string, string>();

  // Subscribe before creating the attributes, because clients may write them as soon as they exist.
  const subscribe = async (tenant: string, type: string, command: string): Promise<void> => {
    const hash = createHash('sha256').update([tenant, type, command, notify.mark].join(' ')).digest('hex').slice(0, 24);
    const id = `urn:ngsi-ld:Subscription:iot-command-${hash}`;
    const context = contextOf(tenant);
    if (subscribed.get(id) === context) return;
    const subscription = {
      id,
      type: 'Subscription',
      description: `Commands "${command}" to devices of ${type}`,
      entities: [{ type }],
      watchedAttributes: [command],
      // A further instance of an attribute is created.
      notificationTrigger: ['attributeUpdated', 'attributeCreated'],
      notification: {
        attributes: [command],
        format: 'normalized',
        sysAttrs: true,
        endpoint: { uri: notify.url, accept: 'application/json', receiverInfo: notify.receiverInfo },
      },
      jsonldContext: context,
    };
    await putSubscription(client, subscription, { tenant, context });
    subscribed.set(id, context);
  };

  return {
    async offerMissing({ tenant, type, commands }, entityIds) {
      for (const name of commands) await subscribe(tenant, type, name);
      if (commands.length === 0) return;
      for (let at = 0; at < entityIds.length; at += ASKED_AT_ONCE) {
        const id = entityIds.slice(at, at + ASKED_AT_ONCE);
        const { entities } = await client
          .queryEntities({ id, limit: id.length, tenant, context: contextOf(tenant) })
          .catch(noneIfRefused);
        const known = new Map(entities.map((entity) => [entity.id, entity]));
        const incomplete = id.flatMap((entityId): Entity[] => {
          const missing = commands.filter((name) => known.get(entityId)?.[name] === undefined);
          const attributes = missing.map((name) => [name, { type: 'Property', value: '' }]);
          return missing.length === 0 ? [] : [{ id: entityId, type, ...Object.fromEntries(attributes) }];
        });
        if (incomplete.length === 0) continue;
        const { errors } = await client.batchUpsert(incomplete, { update: true, tenant, context: contextOf(tenant) });
        if (errors.length > 0) logger.warn({ errors }, 'the broker refuses attributes that are commands');
      }
    },

    async offer(configs) {
      for (const config of configs) {
        if (config.commands.length === 0) continue;
        const { tenant, entityType, entityName } = config;
        try {
          for (const { name } of config.commands) await subscribe(tenant, entityType, name);
          const existing = await client
            .retrieveEntity(entityName, { tenant, context: contextOf(tenant) })
            .catch((cause: unknown) => {
              if (isRefusal(cause)) return undefined;
              throw cause;
            });
          const commands = config.commands.map(({ name }) => [name, { type: 'Property', value: '' }] as const);
          const missing = [...commands, ...Object.entries(staticAttributes(config))].filter(
            ([name]) => existing === undefined || !(name in existing),
          );
          const entity: Entity = { id: entityName, type: entityType, ...Object.fromEntries(missing) };
          await client.batchUpsert([entity], { update: true, tenant, context: contextOf(tenant) });
        } catch (cause) {
          logger.warn(
            { err: cause, entity: entityName },
            'commands of a device can not be requested by attributes yet',
          );
        }
      }
    },
  };
}

/** The tenant may not exist yet. */
function noneIfRefused(cause: unknown): { entities: Entity[] } {
  if (isRefusal(cause)) return { entities: [] };
  throw cause;
}
