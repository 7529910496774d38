import type { Logger } from 'pino';
import type { Database } from '../database.ts';
import { REGISTRY_CHANNEL } from '../devices/registry.ts';
import type { Device, DeviceProfile } from '../mapping/device-profile.ts';
import { deviceEntityId } from '../mapping/device-report.ts';
import type { CommandAttributes } from './command-attributes.ts';

/** Devices whose profile has commands without attributes on the entity. `$1`: the current endpoint of notifications. */
const WAITING = `
  SELECT * FROM (
    SELECT dev_eui, device.document::text AS document, profile.document::text AS profile, offered,
      md5(concat_ws(' ', $1::text, device.document, profile.document->'commands', profile.document->'entities')) AS mark
    FROM iot.device JOIN iot.profile ON profile.id = device.profile
    WHERE jsonb_array_length(coalesce(profile.document->'commands', '[]')) > 0) AS commanded
  WHERE offered IS DISTINCT FROM mark ORDER BY dev_eui LIMIT 500`;
const OFFERED = `
  UPDATE iot.device SET offered = given.mark FROM unnest($1::text[], $2::text[]) AS given (dev_eui, mark)
  WHERE device.dev_eui = given.dev_eui`;

const AGAIN_MS = 60_000;

/** The entity on which a device's commands are requested. */
interface CommandEntity {
  readonly id: string;
  readonly type: string;
}

/** For a LoRaWAN device: its asset, or its Device entity if it has none. */
export function commandEntity(device: Device, { entities }: Pick<DeviceProfile, 'entities'>): CommandEntity {
  const { asset, devEui } = device;
  if (asset === undefined) return { id: deviceEntityId(devEui), type: 'Device' };
  const ofAsset = entities.find(({ id }) => id === 'device.asset') ?? entities[0];
  return { id: asset, type: ofAsset?.type ?? 'Device' };
}

/**
 * Creates command attributes on the assets of LoRaWAN devices when devices or profiles are added or changed, and
 * periodically for those that failed. `isOurs`: whether this process, of all on the database, does this.
 */
export async function offerDeviceCommands(parts: {
  readonly db: Database;
  readonly commandAttributes: CommandAttributes;
  readonly mark: string;
  readonly isOurs: () => boolean;
  readonly logger: Logger;
}): Promise<{ close(): Promise<void> }> {
  const { db, commandAttributes, mark, isOurs, logger } = parts;
  let working: Promise<void> | undefined;
  let asked = false;
  let closed = false;

  const offerSome = async (): Promise<boolean> => {
    const { rows } = await db.query<{ dev_eui: string; document: string; profile: string; mark: string }>({
      text: WAITING,
      values: [mark],
    });
    if (rows.length === 0) return false;
    const groups = new Map<string, { tenant: string; type: string; commands: string[]; entityIds: string[] }>();
    for (const row of rows) {
      // Documents in our tables were validated when they were written.
      const [device, profile] = [JSON.parse(row.document) as Device, JSON.parse(row.profile) as DeviceProfile];
      const { tenant = '' } = device;
      const { id, type } = commandEntity(device, profile);
      const key = [tenant, type, device.profile].join(' ');
      const group = groups.get(key) ?? { tenant, type, commands: writableCommands(profile), entityIds: [] };
      groups.set(key, group);
      group.entityIds.push(id);
    }
    for (const { entityIds, ...command } of groups.values()) await commandAttributes.offerMissing(command, entityIds);
    await db.query({ text: OFFERED, values: [rows.map(({ dev_eui }) => dev_eui), rows.map((row) => row.mark)] });
    return true;
  };
  const work = async (): Promise<void> => {
    try {
      while (asked && !closed && isOurs()) {
        asked = false;
        while (!closed && (await offerSome()));
      }
    } catch (cause) {
      asked = true;
      if (!closed) logger.warn({ err: cause }, 'commands of devices can not be requested by attributes yet');
    }
  };
  const resume = (): void => {
    // Nothing has changed since everything was done, so the devices need not be scanned.
    if (!asked) return;
    working ??= work().finally(() => {
      working = undefined;
    });
  };
  const wake = (): void => {
    asked = true;
    resume();
  };
  const stopListening = await db.listen(REGISTRY_CHANNEL, wake);
  const timer = setInterval(resume, AGAIN_MS);
  timer.unref();
  wake();
  return {
    async close() {
      closed = true;
      clearInterval(timer);
      await stopListening();
      await working;
    },
  };
}

/** An attribute that uplinks also write would request a command with each uplink. */
function writableCommands({ commands = [], entities }: DeviceProfile): string[] {
  const measured = new Set(entities.flatMap(({ attributes }) => attributes.map(({ name }) => name)));
  return commands.map(({ name }) => name).filter((name) => !measured.has(name));
}
