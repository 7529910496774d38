import type { Database } from '../database.ts';
import type { Registry } from '../devices/registry.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import { networkServer } from '../network-servers/table.ts';
import type { Command, CommandMessage } from './command.ts';
import * as rows from './command-rows.ts';
import type { LoggedCommand } from './lamp-override.ts';
import { lampKey } from './lamp-override.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export interface SeenLight {
  readonly address: string;
  /** Its level, 0..1, or the id of its calendar, empty for none. */
  readonly state: number | string;
  /** ISO 8601. */
  readonly at: string;
}

/** A source of lamps, which a TALQ gateway reports on. */
export interface LampSource {
  readonly id: string;
  readonly tenant?: string | undefined;
}

interface EventParts {
  readonly db: Database;
  readonly registry: Pick<Registry, 'device'>;
}

/** Finds the command that a downlink event refers to. */
async function commandOfEvent(
  { db, registry }: EventParts,
  { lns, devEui, downlink }: UplinkFrame,
): Promise<Command | undefined> {
  const known = devEui === undefined ? undefined : registry.device(devEui);
  const device = known && { tenant: known.tenant ?? '', key: known.devEui };
  for (const correlation of downlink?.correlationIds ?? []) {
    const id = correlation.replace(/^cmd:/, '');
    if (UUID.test(id)) {
      const found = await rows.findCommand(db, id, device?.tenant);
      if (found !== undefined && found.sentAt !== null) return found;
      continue;
    }
    const named = networkServer(lns)?.correlationId;
    if (device !== undefined && named !== undefined) {
      const sent = await rows.sentCommands(db, device);
      const found = sent.find((command) => named(command.id) === id.toUpperCase());
      if (found !== undefined) return found;
    }
  }
  // If the server names no downlink, the first that was sent is meant. Only a confirmed one is acknowledged.
  if (device === undefined || downlink?.correlationIds.length !== 0) return undefined;
  const sent = await rows.sentCommands(db, device);
  return sent.find(
    ({ message }) => message.way === 'downlink' && (downlink.state !== 'DELIVERED' || message.confirmed),
  );
}

/** Processes the event of a network server about a downlink. The registry has looked up its device. */
export async function takeDownlinkEvent(parts: EventParts, frame: UplinkFrame): Promise<void> {
  const { db } = parts;
  const { downlink } = frame;
  const command = downlink === undefined ? undefined : await commandOfEvent(parts, frame);
  if (downlink === undefined || command === undefined || command.message.way !== 'downlink') return;
  const { confirmed, awaitsUplink } = command.message;
  const reached = downlink.state === 'DELIVERED' || (downlink.state === 'SENT' && !confirmed);
  if (downlink.state === 'ERROR') {
    await rows.advance(db, command, 'ERROR', { info: downlink.error ?? 'the network server refused it' });
  } else if (reached && !awaitsUplink) {
    await rows.advance(db, command, 'DELIVERED', { done: true });
  } else if (downlink.state !== 'RETRYING') {
    await rows.advance(db, command, downlink.state);
  }
}

/** Processes reports of a TALQ gateway on lamps and commands. True: something has changed. */
export async function takeLights(
  db: Database,
  open: ReadonlySet<string>,
  source: LampSource,
  lights: readonly SeenLight[],
  references: readonly LoggedCommand[],
): Promise<boolean> {
  const { tenant = '' } = source;
  let isNews = false;
  for (const { cmsRefId, isDone } of references) {
    const command = UUID.test(cmsRefId) ? await rows.findCommand(db, cmsRefId, tenant) : undefined;
    // A gateway may only report on its own commands.
    if (command === undefined || command.sentAt === null || !isForSource(command.message, source.id)) continue;
    isNews = (await rows.advance(db, command, isDone ? 'OK' : 'DELIVERED')) || isNews;
  }
  for (const { address, state, at } of lights) {
    const device = lampKey(source.id, address);
    if (!open.has(device)) continue;
    for (const command of await rows.sentCommands(db, { tenant, key: device })) {
      const { message, createdAt } = command;
      if (at < createdAt || !isAsked(message, state)) continue;
      isNews = (await rows.advance(db, command, 'OK')) || isNews;
    }
  }
  return isNews;
}

function isForSource(message: CommandMessage, source: string): boolean {
  return (message.way === 'talq' || message.way === 'talqStrategy') && message.source === source;
}

/** Whether the state of the lamp is what the command asks for. */
function isAsked(message: CommandMessage, state: SeenLight['state']): boolean {
  if (message.way === 'talqStrategy') return message.calendar === state;
  if (message.way !== 'talq' || message.level === null || typeof state !== 'number') return false;
  return Math.abs(message.level - state) <= 0.005; // a gateway uses whole percents
}
