import { createHash, randomUUID } from 'node:crypto';
import type { CodecPool } from '../codecs/codec-pool.ts';
import type { Database } from '../database.ts';
import type { Connections } from '../devices/connection.ts';
import type { Registry } from '../devices/registry.ts';
import { findAgentDevices } from '../fiware/agent-devices.ts';
import type { AgentDirectory } from '../fiware/agent-directory.ts';
import { RegistryError } from '../frames/registry-error.ts';
import type { CommandMessage, Confirmation, NewCommand } from './command.ts';
import { deadlineOf, deviceMessage } from './device-command.ts';
import { downlinkMessage } from './downlink.ts';
import { lampKey, lampOf, OVERRIDE, readOverrideValue } from './lamp-override.ts';
import { APPLY_STRATEGY, readStrategyValue } from './lamp-strategy.ts';
import { commandEntity } from './offer-devices.ts';

export interface CommandRequest {
  readonly entityId: string;
  readonly command: string;
  readonly value: unknown;
  readonly tenant: string;
  /** ISO 8601. */
  readonly expiresAt?: string;
  readonly delayMs?: number;
  readonly batch?: string;
  /** Identifies this request, so that it is accepted only once. */
  readonly requestKey?: string;
  /** Of the instance of the attribute that requests it. */
  readonly datasetId?: string;
  readonly confirmation?: Confirmation;
}

interface PrepareParts {
  readonly db: Database;
  readonly registry: Registry;
  readonly directory: AgentDirectory;
  readonly codecs: CodecPool;
  readonly connections: Pick<Connections, 'get'>;
  /** Whether a TALQ gateway of the tenant has this lamp. */
  readonly isLamp: (source: string, address: string, tenant: string) => Promise<boolean>;
}

type Common = Omit<NewCommand, 'device' | 'entityType' | 'message' | 'deadlineMs'>;
type Addressed = Pick<NewCommand, 'device' | 'entityType' | 'message' | 'deadlineMs'>;

/**
 * Finds the device that supports the command, and builds its message. @throws RegistryError COMMAND_UNKNOWN,
 * ENCODE_ERROR, …
 */
export async function prepareCommand(parts: PrepareParts, request: CommandRequest): Promise<NewCommand> {
  const { entityId, command: name, value, tenant, delayMs = 0, batch, requestKey, datasetId, confirmation } = request;
  const common: Common = {
    id: requestKey === undefined ? randomUUID() : stableId(requestKey),
    tenant,
    entityId,
    name,
    value,
    delayMs,
    ...(batch === undefined ? {} : { batch }),
    ...(requestKey === undefined ? {} : { requestKey }),
    ...(datasetId === undefined ? {} : { datasetId }),
    ...(confirmation === undefined ? {} : { confirmation }),
  };
  const until = request.expiresAt === undefined ? undefined : Date.parse(request.expiresAt) - Date.now();
  const addressed =
    (await toLorawanDevice(parts, common, until)) ??
    (await toFiwareDevice(parts, common, until)) ??
    (await toLamp(parts, common, until));
  if (addressed !== undefined) return { ...common, ...addressed };
  throw new RegistryError('COMMAND_UNKNOWN', `no device of ${entityId} knows the command "${name}"`);
}

async function toLorawanDevice(
  { db, registry, codecs, connections }: PrepareParts,
  { id, tenant, entityId, name, value, delayMs }: Common,
  until: number | undefined,
): Promise<Addressed | undefined> {
  for (const device of registry.devices()) {
    const isMeant = device.asset === entityId || entityId === `urn:ngsi-ld:Device:${device.devEui}`;
    if (!isMeant || (device.tenant ?? '') !== tenant) continue;
    const profile = registry.profile(device.profile);
    const command = profile?.commands.get(name);
    if (profile === undefined || command === undefined) continue;
    const deadlineMs = until ?? delayMs + (command.definition.deadlineS ?? deadlineOf('downlink') / 1000) * 1000;
    const message = await downlinkMessage(
      { db, codecs, connections },
      { device, profile, command, value, id, deadlineMs },
    );
    const asset = commandEntity(device, profile.profile);
    const entityType = asset.id === entityId ? asset.type : 'Device';
    return { device: device.devEui, entityType, message, deadlineMs };
  }
  return undefined;
}

async function toFiwareDevice(
  { db, directory }: PrepareParts,
  { tenant, entityId, name, value, delayMs }: Common,
  until: number | undefined,
): Promise<Addressed | undefined> {
  for (const { apikey, deviceId } of await findAgentDevices(db, tenant, entityId)) {
    const known = await directory.resolve(apikey, deviceId, undefined, { autoprovision: false });
    if (!('config' in known) || known.config.entityName !== entityId) continue;
    const { config } = known;
    const command = config.commands.find((definition) => definition.name === name);
    if (command === undefined) continue;
    const message = deviceMessage(config, command, value);
    const deadlineMs = until ?? delayMs + (command.expires ?? deadlineOf(message.way));
    return { device: config.key, entityType: config.entityType, message, deadlineMs };
  }
  return undefined;
}

async function toLamp(
  { isLamp }: PrepareParts,
  { tenant, entityId, name, value, delayMs }: Common,
  until: number | undefined,
): Promise<Addressed | undefined> {
  const lamp = name === OVERRIDE || name === APPLY_STRATEGY ? lampOf(entityId) : undefined;
  if (lamp === undefined || !(await isLamp(lamp.source, lamp.address, tenant))) return undefined;
  const at = { source: lamp.source, entityId };
  const message: CommandMessage =
    name === OVERRIDE
      ? { way: 'talq', ...at, ...readOverrideValue(value) }
      : { way: 'talqStrategy', ...at, ...readStrategyValue(value) };
  const deadlineMs = until ?? delayMs + deadlineOf(message.way);
  return { device: lampKey(lamp.source, lamp.address), entityType: 'Streetlight', message, deadlineMs };
}

/** The same request gives the same id, and so the same downlink for a server that detects duplicates by it. */
function stableId(requestKey: string): string {
  const hash = createHash('sha256').update(requestKey).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}
