import { createHash, randomUUID } from 'node:crypto';
import type { Entity, NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { Logger } from 'pino';
import type { CodecPool } from '../codecs/codec-pool.ts';
import type { Database } from '../database.ts';
import type { Connections } from '../devices/connection.ts';
import type { Registry } from '../devices/registry.ts';
import type { EffectiveConfig } from '../fiware/agent-config.ts';
import { findAgentDevices } from '../fiware/agent-devices.ts';
import type { AgentDirectory } from '../fiware/agent-directory.ts';
import type { CommandResult } from '../fiware/command-text.ts';
import { readResults } from '../fiware/command-text.ts';
import type { Publish } from '../frames/message-ports.ts';
import { RegistryError } from '../frames/registry-error.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import { evaluated } from '../mapping/entity-mapper.ts';
import { frameVariables } from '../mapping/frame-variables.ts';
import { networkServer } from '../network-servers/table.ts';
import type { Command, NewCommand } from './command.ts';
import { publishedStatus } from './command.ts';
import * as rows from './command-rows.ts';
import { deadlineOf, deviceMessage } from './device-command.ts';
import { downlinkMessage } from './downlink.ts';
import type { LoggedCommand } from './lamp-override.ts';
import { lampOf, OVERRIDE, readOverrideValue } from './lamp-override.ts';
import { commandEntity } from './offer-devices.ts';
import type { PostDownlink, SendOverride } from './send-command.ts';
import { RefusedError, sendCommand } from './send-command.ts';

interface CommandRequest {
  readonly entityId: string;
  readonly command: string;
  readonly value: unknown;
  readonly tenant: string;
  /** ISO 8601. */
  readonly expiresAt?: string;
  readonly delayMs?: number;
  readonly batch?: string;
  /** What tells this request from another of the same: it is taken once. */
  readonly requestKey?: string;
}

/** Tells devices what to do, and their entities how far it has come. */
export interface Commands {
  /** The ids of those that were taken. @throws RegistryError: then none is */
  request(requests: readonly CommandRequest[]): Promise<string[]>;
  /** @throws RegistryError COMMAND_NOT_FOUND */
  cancel(id: string): Promise<void>;
  takeResults(config: EffectiveConfig, message: { readonly body: Uint8Array }): Promise<void>;
  takePolled(config: EffectiveConfig): Promise<{ name: string; value: unknown }[]>;
  takeDownlinkEvents(frames: readonly UplinkFrame[]): Promise<void>;
  /** An uplink may show that a command is done. */
  observe(frame: UplinkFrame, data: Readonly<Record<string, unknown>>): void;
  /** What a TALQ gateway says of its lamps, and of commands by the id that they were sent with. */
  takeLights(source: string, lights: readonly SeenLight[], references: readonly LoggedCommand[]): Promise<void>;
  close(): Promise<void>;
}

export interface SeenLight {
  readonly address: string;
  /** 0..1. */
  readonly level: number;
  /** ISO 8601. */
  readonly at: string;
}

/** What a lamp is called among devices. */
function talqKey(source: string, address: string): string {
  return `talq/${source}/${address}`;
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const TICK_MS = 500;

export function startCommands(parts: {
  readonly db: Database;
  readonly client: NgsiLdClient;
  readonly context: string;
  readonly registry: Registry;
  readonly directory: AgentDirectory;
  readonly codecs: CodecPool;
  readonly publish: Publish;
  readonly override: SendOverride;
  /** Whether a TALQ gateway of the tenant has this lamp. */
  readonly isLamp: (source: string, address: string, tenant: string) => Promise<boolean>;
  readonly post: PostDownlink;
  readonly connections: Pick<Connections, 'get'>;
  readonly logger: Logger;
  /** Whether they are sent by this process; else by another, which looks for them. */
  readonly sends: boolean;
  /** Whether this process, among those of the database, tells the entities how their commands fare. */
  readonly mirrors: () => boolean;
}): Commands {
  const { db, client, context, registry, directory, codecs, publish, override, isLamp, post, connections } = parts;
  const { logger, sends, mirrors } = parts;
  let open = new Set<string>();
  let closed = false;
  let asked = true;
  let working: Promise<void> | undefined;

  const work = async (): Promise<void> => {
    while (asked && !closed) {
      asked = false;
      try {
        if (sends) {
          await rows.expireOverdue(db);
          await Promise.all((await rows.leaseDue(db)).map(send));
        }
        if (mirrors()) await mirror();
        open = new Set(await rows.openDevices(db));
      } catch (cause) {
        if (!closed) logger.warn({ err: cause }, 'commands wait: the database or the broker does not answer');
      }
    }
    working = undefined;
  };
  const wake = (): void => {
    asked = true;
    working ??= work();
  };
  const timer = setInterval(wake, TICK_MS);
  timer.unref();

  const send = async (command: Command): Promise<void> => {
    try {
      const sent = await sendCommand(command, publish, override, post);
      if (sent === 'accepted') {
        // That a lamp is back at its programme shows nowhere.
        const isBack = command.message.way === 'talq' && command.message.level === null;
        await rows.advance(db, command.id, isBack ? 'DELIVERED' : 'SENT', { done: isBack });
        return;
      }
      if (sent === 'delivered') {
        await rows.advance(db, command.id, 'DELIVERED', { done: true });
        return;
      }
      if (sent === 'published') {
        // A network server tells itself when it is on air.
        await rows.advance(db, command.id, command.message.way === 'downlink' ? 'QUEUED' : 'SENT');
        return;
      }
      const result = sent.results.find(({ name }) => name === command.name);
      if (result === undefined) await rows.advance(db, command.id, 'DELIVERED');
      else await conclude(command, result);
    } catch (cause) {
      if (cause instanceof RefusedError) await rows.advance(db, command.id, 'ERROR', { info: cause.message });
      else logger.debug({ err: cause, command: command.id }, 'a command could not be sent and is sent again');
    }
  };

  const conclude = (command: Command, { failed, info }: CommandResult) =>
    rows.advance(db, command.id, failed ? 'ERROR' : 'OK', { info });

  const mirror = async (): Promise<void> => {
    const pending = await rows.unmirrored(db);
    if (pending.length === 0) return;
    const shown = pending.filter(({ outdated }) => !outdated).map(({ command }) => command);
    for (const tenant of new Set(shown.map((command) => command.tenant))) {
      const entities = shown.filter((command) => command.tenant === tenant).map(statusEntity);
      const { errors } = await client.batchUpsert(entities, { update: true, tenant, context });
      if (errors.length > 0) logger.warn({ errors }, 'the broker refuses the states of commands');
    }
    await rows.markMirrored(
      db,
      pending.map(({ command }) => command),
    );
    asked = true;
  };

  const prepare = async (request: CommandRequest): Promise<NewCommand> => {
    const { entityId, command: name, value, tenant, delayMs = 0, batch, requestKey } = request;
    const common = {
      id: requestKey === undefined ? randomUUID() : stableId(requestKey),
      tenant,
      entityId,
      name,
      value,
      delayMs,
      ...(batch === undefined ? {} : { batch }),
      ...(requestKey === undefined ? {} : { requestKey }),
    };
    const until = request.expiresAt === undefined ? undefined : Date.parse(request.expiresAt) - Date.now();
    for (const device of registry.devices()) {
      const isMeant = device.asset === entityId || entityId === `urn:ngsi-ld:Device:${device.devEui}`;
      if (!isMeant || (device.tenant ?? '') !== tenant) continue;
      const profile = registry.profile(device.profile);
      const command = profile?.commands.get(name);
      if (profile === undefined || command === undefined) continue;
      const deadlineMs = until ?? delayMs + (command.definition.deadlineS ?? deadlineOf('downlink') / 1000) * 1000;
      const message = await downlinkMessage(
        { db, codecs, connections },
        { device, profile, command, value, id: common.id, deadlineMs },
      );
      const asset = commandEntity(device, profile.profile);
      const type = asset.id === entityId ? asset.type : 'Device';
      return { ...common, device: device.devEui, entityType: type, message, deadlineMs };
    }
    for (const config of await agentDevices(tenant, entityId)) {
      const command = config.commands.find((definition) => definition.name === name);
      if (command === undefined) continue;
      const message = deviceMessage(config, command, value);
      const deadlineMs = until ?? delayMs + (command.expires ?? deadlineOf(message.way));
      return { ...common, device: config.key, entityType: config.entityType, message, deadlineMs };
    }
    const lamp = name === OVERRIDE ? lampOf(entityId) : undefined;
    if (lamp !== undefined && (await isLamp(lamp.source, lamp.address, tenant))) {
      const message = { way: 'talq', source: lamp.source, entityId, ...readOverrideValue(value) } as const;
      const device = talqKey(lamp.source, lamp.address);
      return {
        ...common,
        device,
        entityType: 'Streetlight',
        message,
        deadlineMs: until ?? delayMs + deadlineOf('talq'),
      };
    }
    throw new RegistryError('COMMAND_UNKNOWN', `no device of ${entityId} knows the command "${name}"`);
  };

  const agentDevices = async (tenant: string, entityId: string): Promise<EffectiveConfig[]> => {
    const configs: EffectiveConfig[] = [];
    for (const { apikey, deviceId } of await findAgentDevices(db, tenant, entityId)) {
      const known = await directory.resolve(apikey, deviceId, undefined, { autoprovision: false });
      if ('config' in known && known.config.entityName === entityId) configs.push(known.config);
    }
    return configs;
  };

  const commandOfEvent = async ({ lns, devEui, downlink }: UplinkFrame): Promise<Command | undefined> => {
    for (const correlation of downlink?.correlationIds ?? []) {
      const id = correlation.replace(/^cmd:/, '');
      if (UUID.test(id)) {
        const found = await rows.findCommand(db, id);
        if (found !== undefined) return found;
        continue;
      }
      const named = networkServer(lns)?.correlationId;
      if (devEui !== undefined && named !== undefined) {
        const open = await rows.openCommands(db, devEui);
        const found = open.find((command) => named(command.id) === id.toUpperCase());
        if (found !== undefined) return found;
      }
    }
    // Of a server that names no downlink, the oldest open one is meant.
    if (devEui === undefined || downlink?.correlationIds.length !== 0) return undefined;
    return (await rows.openCommands(db, devEui))[0];
  };

  return {
    async request(requests) {
      const prepared: NewCommand[] = [];
      for (const request of requests) prepared.push(await prepare(request));
      const ids = await rows.insertCommands(db, prepared);
      for (const { device } of prepared) open.add(device);
      wake();
      return ids;
    },

    async cancel(id) {
      const found = await rows.findCommand(db, id);
      if (found === undefined) throw new RegistryError('COMMAND_NOT_FOUND', `command ${id} does not exist`);
      await rows.advance(db, id, 'CANCELLED', { info: 'cancelled' });
      wake();
    },

    async takeResults(config, { body }) {
      const results = readResults(config.protocol, Buffer.from(body).toString());
      if (results.length === 0) return;
      const waiting = await rows.openCommands(db, config.key);
      for (const result of results) {
        const at = waiting.findIndex(({ name }) => name === result.name);
        const [command] = at < 0 ? [] : waiting.splice(at, 1);
        if (command !== undefined) await conclude(command, result);
        else await rows.noteLateResult(db, config.key, result.name, result.info);
      }
      wake();
    },

    async takePolled(config) {
      const taken = await rows.takePolled(db, config.key);
      if (taken.length > 0) wake();
      return taken;
    },

    async takeDownlinkEvents(frames) {
      for (const frame of frames) {
        const { downlink } = frame;
        const command = downlink === undefined ? undefined : await commandOfEvent(frame);
        if (downlink === undefined || command === undefined || command.message.way !== 'downlink') continue;
        const { confirmed, awaitsUplink } = command.message;
        const reached = downlink.state === 'DELIVERED' || (downlink.state === 'SENT' && !confirmed);
        if (downlink.state === 'ERROR') {
          await rows.advance(db, command.id, 'ERROR', { info: downlink.error ?? 'the network server refused it' });
        } else if (reached && !awaitsUplink) {
          await rows.advance(db, command.id, 'DELIVERED', { done: true });
        } else if (downlink.state !== 'RETRYING') {
          await rows.advance(db, command.id, downlink.state);
        }
      }
      wake();
    },

    observe(frame, data) {
      const { devEui } = frame;
      if (devEui === undefined || !open.has(devEui)) return;
      const device = registry.device(devEui);
      const profile = device === undefined ? undefined : registry.profile(device.profile);
      if (device === undefined || profile === undefined) return;
      const observed = async (): Promise<void> => {
        for (const command of await rows.openCommands(db, devEui)) {
          const done = profile.commands.get(command.name)?.done;
          if (done === undefined) continue;
          const variables = { device, frame: frameVariables(frame), data, value: command.value };
          if (evaluated(done, variables, 'done') === true) await rows.advance(db, command.id, 'OK');
        }
        wake();
      };
      observed().catch((cause: unknown) => logger.warn({ err: cause }, 'an uplink was not looked at for a command'));
    },

    async takeLights(source, lights, references) {
      let isNews = false;
      for (const { cmsRefId, isDone } of references) {
        const command = UUID.test(cmsRefId) ? await rows.findCommand(db, cmsRefId) : undefined;
        // Of its own commands alone may a gateway tell.
        if (command?.message.way !== 'talq' || command.message.source !== source) continue;
        isNews = (await rows.advance(db, command.id, isDone ? 'OK' : 'DELIVERED')) || isNews;
      }
      for (const { address, level, at } of lights) {
        const device = talqKey(source, address);
        if (!open.has(device)) continue;
        for (const { id, state, message, createdAt } of await rows.openCommands(db, device)) {
          if (state === 'PENDING' || message.way !== 'talq' || message.level === null || at < createdAt) continue;
          // A gateway counts in whole percents.
          if (Math.abs(message.level - level) > 0.005) continue;
          isNews = (await rows.advance(db, id, 'OK')) || isNews;
        }
      }
      if (isNews) wake();
    },

    async close() {
      closed = true;
      clearInterval(timer);
      await working;
    },
  };
}

/** The same request gives the same id, and so the same downlink to a server that tells duplicates by it. */
function stableId(requestKey: string): string {
  const hash = createHash('sha256').update(requestKey).digest('hex');
  return `${hash.slice(0, 8)}-${hash.slice(8, 12)}-4${hash.slice(13, 16)}-8${hash.slice(17, 20)}-${hash.slice(20, 32)}`;
}

function statusEntity({ entityId, entityType: type, name, state, info, doneAt, byAttribute }: Command): Entity {
  const observedAt = new Date().toISOString();
  return {
    id: entityId,
    type,
    [`${name}_status`]: {
      type: 'Property',
      value: publishedStatus(state),
      observedAt,
      phase: { type: 'Property', value: state },
    },
    // Writing the same value again would be no change: only an empty attribute can ask for the same once more.
    ...(byAttribute && doneAt !== null ? { [name]: { type: 'Property', value: '' } } : {}),
    ...(info === null ? {} : { [`${name}_info`]: { type: 'Property', value: info, observedAt } }),
  };
}
