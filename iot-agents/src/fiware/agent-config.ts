import type { DeviceProtocol } from './device-message.ts';

/** An attribute in FIWARE's configuration, as provisioned. */
export interface AgentAttribute {
  readonly object_id?: string;
  readonly name: string;
  readonly type: string;
  readonly expression?: string;
  readonly skipValue?: unknown;
  readonly entity_name?: string;
  readonly entity_type?: string;
  readonly metadata?: { readonly [name: string]: AgentMetadata };
}

export interface AgentMetadata {
  readonly type?: string;
  readonly value?: unknown;
  readonly expression?: string;
}

interface StaticAttribute {
  readonly name: string;
  readonly type: string;
  readonly value: unknown;
  readonly metadata?: { readonly [name: string]: AgentMetadata };
}

export interface CommandDefinition {
  readonly name: string;
  readonly type?: string;
  readonly expression?: string;
  readonly mqtt?: { readonly qos?: number | string; readonly retain?: boolean };
  /** Milliseconds until a command without a result expires. */
  readonly expires?: number;
}

/** The common part of groups and devices. Unknown members are kept. */
interface AgentConfig {
  readonly entity_type?: string;
  readonly attributes?: readonly AgentAttribute[];
  readonly static_attributes?: readonly StaticAttribute[];
  readonly commands?: readonly CommandDefinition[];
  readonly timestamp?: boolean;
  readonly explicitAttrs?: boolean | string;
  readonly transport?: string;
  readonly endpoint?: string;
  readonly polling?: boolean;
  readonly protocol?: string;
  /** Seconds without a measure after which a device counts as silent; absent: derived from its reporting interval. */
  readonly silentAfterS?: number;
  readonly [member: string]: unknown;
}

export interface ServiceGroup extends AgentConfig {
  readonly service: string;
  readonly subservice: string;
  readonly apikey: string;
  readonly resource: string;
  readonly entityNameExp?: string;
  readonly defaultEntityNameConjunction?: string;
  /** Default true. */
  readonly autoprovision?: boolean;
  /** The maximum number of devices that measures may create per minute. */
  readonly autoprovisionPerMinute?: number;
}

export interface AgentDevice extends AgentConfig {
  readonly service: string;
  readonly subservice: string;
  /** Empty: the group's key. */
  readonly apikey: string;
  readonly device_id: string;
  readonly entity_name?: string;
}

/** A device with everything its group adds. Computed on use, so that a change of the group takes effect at once. */
export interface EffectiveConfig {
  /** `<apikey>/<device_id>`. */
  readonly key: string;
  readonly tenant: string;
  readonly subservice: string;
  readonly apikey: string;
  readonly deviceId: string;
  readonly protocol: DeviceProtocol;
  readonly entityType: string;
  /** Without `entityNameExp`. */
  readonly entityName: string;
  readonly entityNameExp?: string;
  readonly timestamp: boolean;
  readonly explicitAttrs: boolean | string;
  readonly attributes: readonly AgentAttribute[];
  readonly staticAttributes: readonly StaticAttribute[];
  readonly commands: readonly CommandDefinition[];
  readonly transport: 'MQTT' | 'HTTP';
  readonly endpoint?: string;
  readonly polling: boolean;
  readonly silentAfterS?: number;
}

const DEFAULT_TYPE = 'Thing';

/**
 * The group's configuration overlaid with the device's. Lists are merged by name and object_id; the device's items take
 * precedence.
 */
export function effectiveConfig(
  group: ServiceGroup | undefined,
  device: AgentDevice,
  apikey: string,
  spoken: DeviceProtocol | undefined,
): EffectiveConfig {
  const config: AgentConfig = { ...group, ...device };
  const entityType = device.entity_type ?? group?.entity_type ?? DEFAULT_TYPE;
  const endpoint = config.endpoint;
  return {
    key: `${apikey}/${device.device_id}`,
    tenant: device.service,
    subservice: device.subservice,
    apikey,
    deviceId: device.device_id,
    protocol: spoken ?? protocolOf(group, device),
    entityType,
    entityName: entityUrn(entityType, device.entity_name ?? device.device_id),
    ...(group?.entityNameExp === undefined ? {} : { entityNameExp: group.entityNameExp }),
    timestamp: config.timestamp ?? true,
    explicitAttrs: config.explicitAttrs ?? false,
    attributes: merged(group?.attributes, device.attributes, ({ object_id, name, entity_name }) =>
      [object_id ?? name, name, entity_name].join(' '),
    ),
    staticAttributes: merged(group?.static_attributes, device.static_attributes, ({ name }) => name),
    commands: merged(group?.commands, device.commands, ({ name }) => name),
    transport: transportOf(config),
    ...(endpoint === undefined ? {} : { endpoint }),
    ...(config.silentAfterS === undefined ? {} : { silentAfterS: config.silentAfterS }),
    polling: config.polling === true || (transportOf(config) === 'HTTP' && endpoint === undefined),
  };
}

/** An NGSI-LD id for a FIWARE id. One with a scheme is used unchanged. */
export function entityUrn(type: string, name: string): string {
  return /^[A-Za-z][A-Za-z0-9+.-]+:[^\s]/.test(name) ? name : `urn:ngsi-ld:${type}:${name}`;
}

/**
 * The group's resource determines the protocol, whatever a device says; without one, the device's own setting is used.
 */
function protocolOf(group: ServiceGroup | undefined, device: AgentDevice): DeviceProtocol {
  if (group?.resource === '/iot/d') return 'ul';
  if (group?.resource === '/iot/json') return 'json';
  return (device.protocol ?? group?.protocol ?? '').toLowerCase().includes('ul') ? 'ul' : 'json';
}

/** MQTT by default; HTTP for a device with an endpoint. */
function transportOf({ transport, endpoint }: AgentConfig): 'MQTT' | 'HTTP' {
  if (transport !== undefined) return transport.toUpperCase() === 'HTTP' ? 'HTTP' : 'MQTT';
  return endpoint === undefined ? 'MQTT' : 'HTTP';
}

function merged<T>(group: readonly T[] = [], device: readonly T[] = [], keyOf: (item: T) => string): T[] {
  return [...new Map([...group, ...device].map((item) => [keyOf(item), item])).values()];
}
