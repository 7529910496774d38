import type { Logger } from 'pino';
import type { CommandAttributes } from '../../commands/command-attributes.ts';
import type { SeenLight } from '../../commands/command-events.ts';
import type { Commands } from '../../commands/commands.ts';
import { OVERRIDE } from '../../commands/lamp-override.ts';
import { APPLY_STRATEGY } from '../../commands/lamp-strategy.ts';
import type { Database } from '../../database.ts';
import type { JsonObject } from '../../frames/json-values.ts';
import { object, objects } from '../../frames/json-values.ts';
import type { Inbox } from '../../inbox/inbox.ts';
import { sourceTopic } from '../../inbox/source-message.ts';
import type { HarvestedItem } from '../items/harvest.ts';
import { takeNew } from '../items/take-new.ts';
import type { TalqDocument } from './gateway-rows.ts';
import * as rows from './gateway-rows.ts';
import type { LoggedValue } from './log-report.ts';
import { readLogReport } from './log-report.ts';
import { onlyLogged, patchDevice, withLogged } from './merge-device.ts';
import { faultsOf, isLamp, readTalqDevice, talqEntityId } from './talq-device.ts';
import { TalqError } from './talq-error.ts';
import { deviceItems, endedItems, loggedItems } from './talq-items.ts';
import type { TalqSource } from './talq-source.ts';

/** Handles what gateways report by themselves, and the effects of what is read from them. */
export interface TalqGateways {
  /** A run of the source has stored items: creates command attributes of lamps, and updates pending commands. */
  taken(source: TalqSource, items: readonly HarvestedItem[]): Promise<void>;
  /** The current state of new or known devices. @throws TalqError with `knownOnly`: a device is unknown */
  putDevices(source: TalqSource, devices: readonly TalqDocument[], knownOnly: boolean): Promise<void>;
  /** Functions and attributes of known devices. @throws TalqError */
  patchDevices(source: TalqSource, patches: readonly (JsonObject & { readonly address: string })[]): Promise<void>;
  /** Returns addresses of unknown devices. @throws TalqError */
  takeReport(source: TalqSource, body: unknown): Promise<string[]>;
}

interface GatewayParts {
  readonly db: Database;
  readonly inbox: Pick<Inbox, 'inTurn'>;
  readonly commands: Pick<Commands, 'takeLights'>;
  readonly commandAttributes: CommandAttributes | undefined;
  readonly logger: Logger;
}

export function createTalqGateways(parts: GatewayParts): TalqGateways {
  const { db, inbox, commands, logger } = parts;

  /** Changes the devices with these addresses; stores the resulting items in the same transaction. */
  const change = async (
    source: TalqSource,
    addresses: readonly string[],
    decide: (before: ReadonlyMap<string, TalqDocument>) => {
      readonly devices: readonly TalqDocument[];
      readonly items: readonly HarvestedItem[];
    },
  ): Promise<readonly HarvestedItem[]> =>
    inbox.inTurn(() =>
      db.transaction(async (tx) => {
        const before = await rows.lockTalqDevices(tx, source, [...new Set(addresses)]);
        const { devices, items } = decide(before);
        await rows.putTalqDevices(tx, source, devices);
        await takeNew(tx, source.id, sourceTopic(source.id), source.tenant ?? '', items);
        return items;
      }),
    );

  /** Not awaited; the next call repeats what this one could not do. */
  const follow = async (source: TalqSource, lights: readonly SeenLight[]): Promise<void> => {
    try {
      await commands.takeLights(source, lights, []);
      await offerLamps(parts, source);
    } catch (cause) {
      logger.warn(
        { err: cause, source: source.id },
        'commands of lamps wait: the database or the broker does not answer',
      );
    }
  };

  return {
    taken: (source, items) => follow(source, lightsOf(source, items, new Date().toISOString())),

    async putDevices(source, devices, knownOnly) {
      const addresses = devices.map(({ address }) => address.toLowerCase());
      const items = await change(source, addresses, (before) => {
        if (knownOnly) expectKnown(before, addresses);
        return { devices, items: replaced(source, before, devices) };
      });
      await follow(source, statesOf(source, items, devices));
    },

    async patchDevices(source, patches) {
      const addresses = patches.map(({ address }) => address.toLowerCase());
      const items = await change(source, addresses, (before) => {
        expectKnown(before, addresses);
        const devices = patched(before, patches);
        return { devices, items: replaced(source, before, devices) };
      });
      await follow(source, statesOf(source, items, patches));
    },

    async takeReport(source, body) {
      const report = readLogReport(body, new Date().toISOString());
      const addresses = [...new Set(report.values.map(({ address }) => address))];
      let unknown: string[] = [];
      const items = await change(source, addresses, (before) => {
        unknown = unknownOf(source, addresses, before);
        return reported(source, before, report.values);
      });
      await commands.takeLights(source, [], report.commands);
      await follow(source, lightsOf(source, items));
      return unknown;
    },
  };
}

/** The items that result from replacing devices. */
function replaced(
  source: TalqSource,
  before: ReadonlyMap<string, TalqDocument>,
  devices: readonly TalqDocument[],
): HarvestedItem[] {
  const at = new Date().toISOString();
  return devices.flatMap((document) => {
    const device = readTalqDevice(document);
    if (device === undefined) return [];
    const known = readTalqDevice(before.get(device.address));
    const lasting = new Set(faultsOf(device));
    const over = known === undefined ? [] : faultsOf(known).filter((fault) => !lasting.has(fault));
    return [...deviceItems(source.id, device, at), ...endedItems(source.id, device.address, over, at)];
  });
}

/** Creates the override attribute on new lamps. */
async function offerLamps(
  { db, commandAttributes }: Pick<GatewayParts, 'db' | 'commandAttributes'>,
  source: TalqSource,
): Promise<void> {
  const { id, tenant = '' } = source;
  const waiting = commandAttributes === undefined ? [] : await rows.unofferedDevices(db, source);
  if (waiting.length === 0) return;
  const lamps = waiting.map(readTalqDevice).filter((device) => device !== undefined && isLamp(device));
  await commandAttributes?.offerMissing(
    { tenant, type: 'Streetlight', commands: [OVERRIDE, APPLY_STRATEGY] },
    lamps.map((device) => talqEntityId(id, 'Streetlight', device?.address ?? '')),
  );
  await rows.markOffered(
    db,
    source,
    waiting.map(({ address }) => address.toLowerCase()),
  );
}

function patched(
  before: ReadonlyMap<string, TalqDocument>,
  patches: readonly (JsonObject & { readonly address: string })[],
): TalqDocument[] {
  const devices = new Map(before);
  for (const patch of patches) {
    const address = patch.address.toLowerCase();
    const known = devices.get(address);
    if (known !== undefined) devices.set(address, patchDevice(known, patch));
  }
  return [...devices.values()];
}

/**
 * The addresses in a report that belong neither to a known device nor to the gateway. @throws TalqError: none is known
 */
function unknownOf(
  source: TalqSource,
  addresses: readonly string[],
  known: ReadonlyMap<string, TalqDocument>,
): string[] {
  const own = source.from.gatewayAddress?.toLowerCase();
  const unknown = addresses.filter((address) => !known.has(address) && address !== own);
  if (unknown.length > 0 && known.size === 0) {
    const message = `no device of ${unknown.slice(0, 5).join(', ')} is known`;
    throw new TalqError(422, 'relatedResourceNotFound', message);
  }
  return unknown;
}

/** Applies the values of a report to devices, in order of time, and returns the resulting items. */
function reported(
  source: TalqSource,
  before: ReadonlyMap<string, TalqDocument>,
  reportedValues: readonly LoggedValue[],
) {
  const devices: TalqDocument[] = [];
  const items: HarvestedItem[] = [];
  for (const [address, document] of before) {
    const values = reportedValues.filter((value) => value.address === address);
    let device = document;
    for (const moment of byMoment(values)) {
      items.push(...loggedItems(source.id, device, onlyLogged(device, moment), moment));
      device = withLogged(device, moment);
    }
    devices.push(device);
  }
  return { devices, items: items.sort((a, b) => (a.moment ?? '').localeCompare(b.moment ?? '')) };
}

function expectKnown(before: ReadonlyMap<string, TalqDocument>, addresses: readonly string[]): void {
  const missing = addresses.find((address) => !before.has(address));
  if (missing !== undefined) throw new TalqError(404, 'resourceNotFound', `device ${missing} is not known`);
}

/** The values of one device in order of time, with equal times grouped. */
function byMoment(values: readonly LoggedValue[]): LoggedValue[][] {
  const moments = new Map<string, LoggedValue[]>();
  for (const value of values) moments.set(value.at, [...(moments.get(value.at) ?? []), value]);
  return [...moments.values()];
}

/** `seenAt`: the gateway reports its current state, whenever that began. */
function lightsOf(source: TalqSource, items: readonly HarvestedItem[], seenAt?: string): SeenLight[] {
  return items.flatMap(({ entities }) =>
    entities.flatMap((entity) => {
      const { value, observedAt } = object(entity.illuminanceLevel);
      const prefix = talqEntityId(source.id, 'Streetlight', '');
      if (typeof value !== 'number' || !entity.id.startsWith(prefix)) return [];
      return [{ address: entity.id.slice(prefix.length), state: value, at: seenAt ?? String(observedAt) }];
    }),
  );
}

/** The levels of lamps, and their calendars as far as the gateway tells them now. */
function statesOf(source: TalqSource, items: readonly HarvestedItem[], told: readonly TalqDocument[]): SeenLight[] {
  const at = new Date().toISOString();
  const calendars = told.flatMap(({ address, functions }) =>
    objects(functions).flatMap(({ calendarID }): SeenLight[] => {
      const { value } = object(calendarID);
      return typeof value === 'string' ? [{ address: address.toLowerCase(), state: value, at }] : [];
    }),
  );
  return [...lightsOf(source, items, at), ...calendars];
}
