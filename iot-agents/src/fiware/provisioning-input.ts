import { Ajv } from 'ajv';
import type { SchemaCheck } from '../devices/schema-check.ts';
import { schemaCheck } from '../devices/schema-check.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { MappingError } from '../mapping/entity-mapper.ts';
import type { AgentDevice, ServiceGroup } from './agent-config.ts';
import { effectiveConfig } from './agent-config.ts';
import { compileConfig } from './measure-mapper.ts';
import type { ServicePath } from './provisioning.ts';

// Without FIWARE's forbidden characters.
const NAME = { type: 'string', minLength: 1, maxLength: 512, pattern: '^[^<>()\'=;"]*$' } as const;
const EXPRESSION = { type: 'string', minLength: 1, maxLength: 4000 } as const;
const METADATA = { type: 'object', additionalProperties: { type: 'object' } } as const;

const ATTRIBUTE = {
  type: 'object',
  required: ['name', 'type'],
  properties: {
    object_id: { type: 'string', minLength: 1 },
    name: NAME,
    type: NAME,
    expression: EXPRESSION,
    entity_name: { type: 'string', minLength: 1 },
    entity_type: NAME,
    metadata: METADATA,
  },
} as const;

const COMMON = {
  entity_type: NAME,
  attributes: { type: 'array', items: ATTRIBUTE },
  lazy: { type: 'array', items: ATTRIBUTE },
  static_attributes: {
    type: 'array',
    items: {
      type: 'object',
      required: ['name', 'type', 'value'],
      properties: { name: NAME, type: NAME, metadata: METADATA },
    },
  },
  commands: {
    type: 'array',
    items: {
      type: 'object',
      required: ['name'],
      properties: { name: { ...NAME, pattern: '^[A-Za-z_][A-Za-z0-9_]*$' }, type: NAME, expires: { type: 'number' } },
    },
  },
  timestamp: { type: 'boolean' },
  explicitAttrs: { type: ['boolean', 'string'] },
  transport: { type: 'string' },
  endpoint: { type: 'string' },
  polling: { type: 'boolean' },
  protocol: { type: 'string' },
  // The minimum is due to the time of the last message being stored once a minute.
  silentAfterS: { type: 'number', minimum: 120, maximum: 31_622_400 },
} as const;

const GROUP = {
  type: 'object',
  required: ['apikey', 'resource', 'entity_type'],
  properties: {
    ...COMMON,
    apikey: { ...NAME, minLength: 0 },
    resource: { ...NAME, minLength: 0 },
    entityNameExp: EXPRESSION,
    defaultEntityNameConjunction: { type: 'string' },
    autoprovision: { type: 'boolean' },
    autoprovisionPerMinute: { type: 'integer', minimum: 0, maximum: 100_000 },
  },
} as const;

const DEVICE = {
  type: 'object',
  required: ['device_id'],
  properties: { ...COMMON, device_id: NAME, apikey: { ...NAME, minLength: 0 }, entity_name: NAME },
} as const;

const ajv = new Ajv({ verbose: true, strict: false });
const isGroup: SchemaCheck<ServiceGroup> = schemaCheck(ajv, GROUP);
const isDevice: SchemaCheck<AgentDevice> = schemaCheck(ajv, DEVICE);

/** The list in one of these members of a body. @throws RegistryError WRONG_SYNTAX */
export function readList(body: unknown, ...members: readonly string[]): unknown[] {
  for (const member of members) {
    const list = typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[member] : undefined;
    if (Array.isArray(list)) return list;
  }
  const got = JSON.stringify(body)?.slice(0, 100) ?? 'nothing';
  throw wrongSyntax(`expected a list in ${members.map((member) => `"${member}"`).join(' or ')}, got ${got}`);
}

/** @throws RegistryError WRONG_SYNTAX, also for invalid JEXL */
export function readGroup(value: unknown, { service, subservice }: ServicePath, where: string): ServiceGroup {
  if (!isGroup(value)) throw invalid(isGroup, where);
  const group = { ...value, service, subservice };
  check(group, { ...({ device_id: 'x', apikey: '' } as const), service, subservice }, where);
  return group;
}

/** @throws RegistryError WRONG_SYNTAX, also for invalid JEXL */
export function readAgentDevice(value: unknown, { service, subservice }: ServicePath, where: string): AgentDevice {
  if (!isDevice(value)) throw invalid(isDevice, where);
  const device = { ...value, apikey: value.apikey ?? '', service, subservice };
  check(undefined, device, where);
  return device;
}

function check(group: ServiceGroup | undefined, device: AgentDevice, where: string): void {
  try {
    compileConfig(effectiveConfig(group, device, '', undefined));
  } catch (cause) {
    if (cause instanceof MappingError) throw wrongSyntax(`${where}.${cause.message}`);
    throw cause;
  }
}

function invalid({ errors }: SchemaCheck<unknown>, where: string): RegistryError {
  const [error] = errors ?? [];
  const path = (error?.instancePath ?? '').replace(/\/(\d+)/g, '[$1]').replace(/\//g, '.');
  return wrongSyntax(`${where}${path} ${error?.message}, got ${JSON.stringify(error?.data)?.slice(0, 200)}`);
}

export function wrongSyntax(message: string): RegistryError {
  return new RegistryError('WRONG_SYNTAX', `Wrong syntax in request: ${message}`);
}
