import { createHash } from 'node:crypto';
import { type Entity, type NgsiLdClient, putSubscription } from '@alzette/ngsi-ld-schemas';
import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import type { EffectiveConfig } from '../fiware/agent-config.ts';
import { findAgentDevices } from '../fiware/agent-devices.ts';
import type { AgentDirectory } from '../fiware/agent-directory.ts';
import { isRefusal } from '../frames/broker-refusal.ts';
import type { ContextOf } from '../frames/context-of.ts';
import { isObject } from '../frames/json-values.ts';
import type { Publish } from '../frames/message-ports.ts';
import type { NotifyEndpoint } from './notify-secret.ts';
import { sendConfiguration } from './send-command.ts';

/** A device's request for attributes of its entity: once, or also on every change. */
interface ConfigurationRequest {
  readonly kind: 'configuration' | 'subscription';
  readonly fields: readonly string[];
}

/** Sends devices attributes of their entities, on `…/configuration/values` like IoTA-JSON and IoTA-UL. */
export interface Configurations {
  answer(config: EffectiveConfig, body: Uint8Array): Promise<void>;
  /** Attributes that devices have subscribed to have changed. */
  receive(tenant: string, entity: Readonly<Record<string, unknown>>): Promise<void>;
}

const MAX_FIELDS = 100;

export function createConfigurations(parts: {
  readonly db: Database;
  readonly client: NgsiLdClient;
  readonly contextOf: ContextOf;
  readonly directory: AgentDirectory;
  readonly publish: Publish;
  /** The endpoint of subscriptions; absent: none are created. */
  readonly notify?: NotifyEndpoint;
  readonly logger: Logger;
}): Configurations {
  const { db, client, contextOf, directory, publish, notify, logger } = parts;

  const subscribe = async (config: EffectiveConfig, fields: readonly string[]): Promise<void> => {
    if (notify === undefined) return;
    const { tenant, entityName, entityType } = config;
    const hash = createHash('sha256')
      .update([tenant, entityName, notify.mark, ...fields].join(' '))
      .digest('hex')
      .slice(0, 24);
    const subscription = {
      id: `urn:ngsi-ld:Subscription:iot-configuration-${hash}`,
      type: 'Subscription',
      description: `Configuration of the device of ${entityName}`,
      entities: [{ id: entityName, type: entityType }],
      watchedAttributes: [...fields],
      notification: {
        attributes: [...fields],
        format: 'keyValues',
        endpoint: { uri: `${notify.url}/configuration`, accept: 'application/json', receiverInfo: notify.receiverInfo },
      },
      jsonldContext: contextOf(tenant),
    };
    await putSubscription(client, subscription, { tenant, context: contextOf(tenant) });
  };

  return {
    async answer(config, body) {
      const request = readConfigurationRequest(config.protocol, Buffer.from(body).toString());
      if (request === undefined) {
        logger.warn({ device: config.deviceId }, 'a device has sent an invalid request for its configuration');
        return;
      }
      const { tenant, entityName } = config;
      const entity = await client
        .retrieveEntity(entityName, { tenant, context: contextOf(tenant) })
        .catch((cause: unknown) => {
          if (isRefusal(cause)) return undefined;
          throw cause;
        });
      await sendConfiguration(config, valuesOf(entity, request.fields), publish);
      if (request.kind === 'subscription') await subscribe(config, request.fields);
    },

    async receive(tenant, entity) {
      const { id, type: _, '@context': __, ...values } = entity;
      if (typeof id !== 'string' || Object.keys(values).length === 0) return;
      for (const { apikey, deviceId } of await findAgentDevices(db, tenant, id)) {
        const known = await directory.resolve(apikey, deviceId, undefined, { autoprovision: false });
        if (!('config' in known) || known.config.entityName !== id) continue;
        await sendConfiguration(known.config, values, publish);
      }
    },
  };
}

/** Parses `{"type":"configuration","fields":["a","b"]}`, or UltraLight's `configuration|a|b`. Undefined: neither. */
function readConfigurationRequest(protocol: 'json' | 'ul', text: string): ConfigurationRequest | undefined {
  let kind: unknown;
  let fields: unknown;
  if (protocol === 'ul') {
    const [first, ...rest] = text
      .trim()
      .replace(/^[^@|]*@/, '')
      .split('|');
    kind = first;
    fields = rest;
  } else {
    try {
      const value: unknown = JSON.parse(text);
      if (isObject(value)) ({ type: kind, fields } = value);
    } catch {
      return undefined;
    }
  }
  if (kind !== 'configuration' && kind !== 'subscription') return undefined;
  if (!Array.isArray(fields) || fields.length === 0 || fields.length > MAX_FIELDS) return undefined;
  return fields.every((field): field is string => typeof field === 'string' && field !== '')
    ? { kind, fields }
    : undefined;
}

function valuesOf(entity: Entity | undefined, fields: readonly string[]): Record<string, unknown> {
  const values: Record<string, unknown> = {};
  for (const field of fields) {
    const attribute = entity?.[field];
    if (!isObject(attribute)) continue;
    values[field] = attribute.value ?? attribute.object ?? attribute.languageMap ?? attribute.vocab ?? attribute.json;
  }
  return values;
}
