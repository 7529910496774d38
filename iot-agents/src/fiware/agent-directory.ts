import { namedCache, weightOf } from '@alzette/kit/caches';
import type { Database, Queryable } from '../database.ts';
import { MappingError } from '../mapping/entity-mapper.ts';
import type { AgentDevice, EffectiveConfig, ServiceGroup } from './agent-config.ts';
import { effectiveConfig } from './agent-config.ts';
import type { DeviceProtocol } from './device-message.ts';
import type { MeasureMapper } from './measure-mapper.ts';
import { compileConfig } from './measure-mapper.ts';

const GROUPS_OF_KEY = `
  SELECT service, subservice, apikey, resource, document::text FROM iot.service_group WHERE apikey = $1 ORDER BY id`;
const GROUPS_OF_PATH = `
  SELECT service, subservice, apikey, resource, document::text FROM iot.service_group
  WHERE service = $1 AND subservice = $2 ORDER BY id`;
/** By the device's own key, or by the group that the key belongs to. */
const DEVICE = `
  SELECT service, subservice, apikey, device_id, document::text FROM iot.agent_device
  WHERE device_id = $2 AND (apikey = $1 OR (apikey = '' AND service = $3 AND subservice = $4))
  ORDER BY apikey DESC LIMIT 1`;
/** Creates one device however many measures arrive at once, within the quota, and only if its own key was used. */
const AUTOPROVISION = `
  INSERT INTO iot.agent_device (service, subservice, apikey, device_id, document)
  SELECT $1, $2, $3, $4, '{}'
  WHERE (SELECT count(*) FROM iot.agent_device WHERE service = $1 AND subservice = $2 AND apikey = $3) < $5
    AND (SELECT count(*) FROM iot.agent_device WHERE service = $1 AND subservice = $2 AND apikey = $3
      AND document = '{}' AND created_at > now() - interval '1 minute') < $6
    AND NOT EXISTS (
      SELECT FROM iot.agent_device AS other
      WHERE service = $1 AND subservice = $2 AND device_id = $4
        AND NOT EXISTS (SELECT FROM iot.service_group WHERE service_group.apikey = other.apikey))
  ON CONFLICT DO NOTHING`;

/** Whether the limit per minute is the reason that none was created. */
const RECENT = `
  SELECT count(*)::int AS count FROM iot.agent_device
  WHERE service = $1 AND subservice = $2 AND apikey = $3 AND document = '{}' AND created_at > now() - interval '1 minute'`;

const LARGEST_GROUP = 1_000;
/** The default limit, so that guessing device ids can't fill the table. */
const MADE_PER_MINUTE = 100;
export const TOO_MANY = 'the group has reached its limit of new devices per minute: try again later';
const REMEMBERED_BYTES = 64 * 1024 * 1024;
/** Of a compiled configuration: a multiple of its document. */
const COMPILED = 3;

export interface KnownDevice {
  readonly config: EffectiveConfig;
  readonly map: MeasureMapper;
}

export type Resolution =
  | KnownDevice
  | { readonly unknown: 'key' | 'device' | 'rate' }
  | { readonly unknown: 'configuration'; readonly message: string };

/** Finds the device of a message, with its effective configuration. Measures may create it. */
export interface AgentDirectory {
  /** Returns a device that is already cached. */
  known(apikey: string, deviceId: string, protocol: DeviceProtocol | undefined): KnownDevice | undefined;
  resolve(
    apikey: string,
    deviceId: string,
    protocol: DeviceProtocol | undefined,
    options: { readonly autoprovision: boolean },
  ): Promise<Resolution>;
  /** The configuration of a provisioned device, by whichever key its measures arrive. @throws MappingError */
  configOf(device: AgentDevice): Promise<EffectiveConfig>;
  /** Something was provisioned here; other processes are notified by the database. */
  forget(): void;
  close(): Promise<void>;
}

export const PROVISIONED_CHANNEL = 'iot_provisioned';
export const TELL_PROVISIONED = `SELECT send_message('${PROVISIONED_CHANNEL}', '')`;

/** @param onAutoprovisioned called when a measure has created a device */
export async function openAgentDirectory(
  db: Database,
  onAutoprovisioned: (config: EffectiveConfig) => void,
): Promise<AgentDirectory> {
  const known = namedCache<KnownDevice>('fiware_devices', REMEMBERED_BYTES);
  let epoch = 0;
  const forget = (): void => {
    epoch += 1;
    known.clear();
  };
  const stopListening = await db.listen(PROVISIONED_CHANNEL, forget);

  const keyOf = (apikey: string, deviceId: string, protocol: DeviceProtocol | undefined): string =>
    `${protocol ?? ''} ${apikey} ${deviceId}`;

  return {
    known: (apikey, deviceId, protocol) => known.get(keyOf(apikey, deviceId, protocol)),
    async resolve(apikey, deviceId, protocol, { autoprovision }) {
      const key = keyOf(apikey, deviceId, protocol);
      const remembered = known.get(key);
      if (remembered !== undefined) return remembered;
      const asked = epoch;
      const found = await find(db, apikey, deviceId, protocol, autoprovision);
      if ('unknown' in found) return found;
      const { group, device } = found;
      try {
        const config = effectiveConfig(group, device, apikey, protocol);
        const made = { config, map: compileConfig(config) };
        // Data read before a change must not be cached after it.
        if (asked === epoch) known.set(key, made, COMPILED * weightOf(config));
        if (found.isNew) onAutoprovisioned(config);
        return made;
      } catch (cause) {
        if (!(cause instanceof MappingError)) throw cause;
        return { unknown: 'configuration', message: cause.message };
      }
    },
    async configOf(device) {
      const ofKey = device.apikey === '' ? [] : await groups(db, GROUPS_OF_KEY, [device.apikey]);
      const group = chooseGroup(ofKey, undefined) ?? (await groupOfPath(db, device, undefined));
      return effectiveConfig(group, device, device.apikey || (group?.apikey ?? ''), undefined);
    },
    forget,
    close: stopListening,
  };
}

type Found =
  | { group: ServiceGroup | undefined; device: AgentDevice; isNew: boolean }
  | { unknown: 'key' | 'device' | 'rate' };

async function find(
  db: Database,
  apikey: string,
  deviceId: string,
  protocol: DeviceProtocol | undefined,
  autoprovision: boolean,
): Promise<Found> {
  const group = chooseGroup(await groups(db, GROUPS_OF_KEY, [apikey]), protocol);
  const ask = () => findDevice(db, [apikey, deviceId, group?.service ?? null, group?.subservice ?? null]);
  let device = await ask();
  if (device !== undefined) return { group: group ?? (await groupOfPath(db, device, protocol)), device, isNew: false };
  if (group === undefined) return { unknown: 'key' };
  if (!autoprovision || group.autoprovision === false) return { unknown: 'device' };
  const most = group.autoprovisionPerMinute ?? MADE_PER_MINUTE;
  const values = [group.service, group.subservice, apikey];
  const { rowCount } = await db.query({ text: AUTOPROVISION, values: [...values, deviceId, LARGEST_GROUP, most] });
  device = await ask();
  if (device !== undefined) return { group, device, isNew: rowCount > 0 };
  const { rows } = await db.query<{ count: number }>({ text: RECENT, values });
  return { unknown: (rows[0]?.count ?? 0) >= most ? 'rate' : 'device' };
}

/** A key may have a group for each resource: the one for the protocol used takes precedence. */
function chooseGroup(found: readonly ServiceGroup[], protocol: DeviceProtocol | undefined): ServiceGroup | undefined {
  const resource = protocol === 'ul' ? '/iot/d' : protocol === 'json' ? '/iot/json' : undefined;
  return found.find((group) => group.resource === resource) ?? found[0];
}

/** The group of a device with its own key: that of its type in its service path, otherwise the only one there. */
async function groupOfPath(
  db: Database,
  { service, subservice, entity_type }: AgentDevice,
  protocol: DeviceProtocol | undefined,
): Promise<ServiceGroup | undefined> {
  const found = await groups(db, GROUPS_OF_PATH, [service, subservice]);
  const sameType = found.filter((group) => group.entity_type === entity_type);
  return chooseGroup(sameType, protocol) ?? (found.length === 1 ? found[0] : undefined);
}

export interface GroupRow {
  readonly service: string;
  readonly subservice: string;
  readonly apikey: string;
  readonly resource: string;
  readonly document: string;
}

export interface DeviceRow {
  readonly service: string;
  readonly subservice: string;
  readonly apikey: string;
  readonly device_id: string;
  readonly document: string;
}

/** Columns take precedence over members of the document. */
export function readRow<T>({ document, ...columns }: { readonly document: string }): T {
  // Documents in our tables were validated when they were written.
  return { ...JSON.parse(document), ...columns } as T;
}

async function groups(db: Queryable, text: string, values: readonly unknown[]): Promise<ServiceGroup[]> {
  const { rows } = await db.query<GroupRow>({ text, values });
  return rows.map((row) => readRow<ServiceGroup>(row));
}

async function findDevice(db: Queryable, values: readonly unknown[]): Promise<AgentDevice | undefined> {
  const { rows } = await db.query<DeviceRow>({ text: DEVICE, values });
  return rows[0] === undefined ? undefined : readRow<AgentDevice>(rows[0]);
}
