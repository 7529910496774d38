import { unlessNodeIsAway } from '@alzette/kit/each-tenant';
import { withTrace } from '@alzette/kit/tracing';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas';
import type { Logger } from 'pino';
import type { CodecPool } from '../codecs/codec-pool.ts';
import type { Database } from '../database.ts';
import type { Connections } from '../devices/connection.ts';
import type { Registry } from '../devices/registry.ts';
import type { EffectiveConfig } from '../fiware/agent-config.ts';
import type { AgentDirectory } from '../fiware/agent-directory.ts';
import { readResults } from '../fiware/command-text.ts';
import type { ContextOf } from '../frames/context-of.ts';
import type { Publish } from '../frames/message-ports.ts';
import { RegistryError } from '../frames/registry-error.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import { evaluated } from '../mapping/entity-mapper.ts';
import { frameVariables } from '../mapping/frame-variables.ts';
import type { NewCommand } from './command.ts';
import type { LampSource, SeenLight } from './command-events.ts';
import { takeDownlinkEvent, takeLights } from './command-events.ts';
import * as rows from './command-rows.ts';
import type { LoggedCommand } from './lamp-override.ts';
import { mirrorStates } from './mirror-states.ts';
import type { CommandRequest } from './prepare-command.ts';
import { prepareCommand } from './prepare-command.ts';
import type { PostDownlink, SendToLamp } from './send-command.ts';
import { sendAllDue } from './send-due.ts';
import { takeDeviceAnswer } from './take-results.ts';

/** A device's results of commands. */
export interface ResultMessage {
  readonly body: Uint8Array;
  /** Its id in the inbox; absent: it came by HTTP. */
  readonly id?: number;
  /** The id of the command, if the device has returned it. */
  readonly commandId?: string | undefined;
}

/** Sends commands to devices, and reports their progress on the entities. */
export interface Commands {
  /** Returns the ids of the accepted commands. @throws RegistryError: none was accepted */
  request(requests: readonly CommandRequest[]): Promise<string[]>;
  /** @throws RegistryError COMMAND_NOT_FOUND */
  cancel(id: string): Promise<void>;
  /** Returns the names of the results for which the device has had no command. */
  takeResults(config: EffectiveConfig, message: ResultMessage): Promise<string[]>;
  takePolled(config: EffectiveConfig): Promise<{ name: string; value: unknown }[]>;
  /** False: the node of the command's tenant is unreachable. */
  takeDownlinkEvent(frame: UplinkFrame): Promise<boolean>;
  /** Checks whether an uplink confirms a command. */
  observe(frame: UplinkFrame, data: Readonly<Record<string, unknown>>): void;
  /** Processes a TALQ gateway's report on its lamps, and on commands by the id they were sent with. */
  takeLights(source: LampSource, lights: readonly SeenLight[], references: readonly LoggedCommand[]): Promise<void>;
  close(): Promise<void>;
}

const TICK_MS = 500;

interface CommandParts {
  readonly db: Database;
  readonly client: NgsiLdClient;
  readonly contextOf: ContextOf;
  readonly registry: Registry;
  readonly directory: AgentDirectory;
  readonly codecs: CodecPool;
  readonly publish: Publish;
  readonly toLamp: SendToLamp;
  /** Whether a TALQ gateway of the tenant has this lamp. */
  readonly isLamp: (source: string, address: string, tenant: string) => Promise<boolean>;
  readonly post: PostDownlink;
  readonly connections: Pick<Connections, 'get'>;
  readonly logger: Logger;
  /** Whether this process sends commands; otherwise another process looks for them. */
  readonly sends: boolean;
  /** Whether this process, of all on the database, reports the progress of commands on the entities. */
  readonly mirrors: () => boolean;
}

// Longer than 80 lines: short functions that share the state at its top.
export function startCommands(parts: CommandParts): Commands {
  const { db, logger, sends, mirrors } = parts;
  let open = new Set<string>();
  let closed = false;
  let asked = true;
  let working: Promise<void> | undefined;

  const work = async (): Promise<void> => {
    while (asked && !closed) {
      asked = false;
      try {
        const tenants = await rows.openOfTenants(db);
        open = new Set(tenants.flatMap(({ devices }) => devices));
        if (sends) await sendAllDue(parts, tenants);
        if (mirrors() && (await mirrorStates(parts))) asked = true;
      } catch (cause) {
        if (!closed) logger.warn({ err: cause }, 'commands wait: the database or the broker does not answer');
      }
    }
    working = undefined;
  };
  const wake = (): void => {
    asked = true;
    working ??= withTrace(undefined, work); // commands of all requests
  };
  const timer = setInterval(wake, TICK_MS);
  timer.unref();

  return {
    async request(requests) {
      const prepared: NewCommand[] = [];
      for (const request of requests) prepared.push(await prepareCommand(parts, request));
      const ids = await rows.insertCommands(db, prepared);
      for (const { device } of prepared) open.add(device);
      wake();
      return ids;
    },

    async cancel(id) {
      const found = await rows.findCommand(db, id);
      if (found === undefined) throw new RegistryError('COMMAND_NOT_FOUND', `command ${id} does not exist`);
      await rows.advance(db, found, 'CANCELLED', { info: 'cancelled' });
      wake();
    },

    async takeResults(config, { id, body, commandId }) {
      const results = readResults(config.protocol, Buffer.from(body).toString());
      if (results.length === 0) return [];
      const unknown = await takeDeviceAnswer(db, config, { results, message: id, commandId });
      wake();
      return unknown;
    },

    async takePolled(config) {
      const taken = await rows.takePolled(db, config);
      if (taken.length > 0) wake();
      return taken;
    },

    async takeDownlinkEvent(frame) {
      const isTaken = await unlessNodeIsAway(async () => {
        await takeDownlinkEvent(parts, frame);
        return true;
      });
      wake();
      return isTaken ?? false;
    },

    observe(frame, data) {
      const { devEui } = frame;
      if (devEui === undefined || !open.has(devEui)) return;
      const observed = async () => {
        if (await observe(parts, frame, data, devEui)) wake();
      };
      observed().catch((cause: unknown) => logger.warn({ err: cause }, 'an uplink was not looked at for a command'));
    },

    async takeLights(source, lights, references) {
      if (await takeLights(db, open, source, lights, references)) wake();
    },

    async close() {
      closed = true;
      clearInterval(timer);
      await working;
    },
  };
}

/**
 * Finishes commands of a device whose profile says how an uplink confirms them. @returns whether the profile says so
 */
async function observe(
  { db, registry }: CommandParts,
  frame: UplinkFrame,
  data: unknown,
  devEui: string,
): Promise<boolean> {
  const device = registry.device(devEui);
  const profile = device === undefined ? undefined : registry.profile(device.profile);
  if (device === undefined || profile === undefined) return false;
  for (const command of await rows.sentCommands(db, { tenant: device.tenant ?? '', key: devEui })) {
    const done = profile.commands.get(command.name)?.done;
    if (done === undefined) continue;
    const variables = { device, frame: frameVariables(frame), data, value: command.value };
    if (evaluated(done, variables, 'done') === true) await rows.advance(db, command, 'OK');
  }
  return true;
}
