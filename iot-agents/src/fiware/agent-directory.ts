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
/** Of the key itself, or of the group the key names. */
const DEVICE = `
  SELECT service, subservice, apikey, device_id, document::text FROM iot.agent_device
  WHERE device_id = $2 AND (apikey = $1 OR (apikey = '' AND service = $3 AND subservice = $4))
  ORDER BY apikey DESC LIMIT 1`;
/** One device however many measures come at once, none beyond the quota, none whose own key was not used. */
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

/** Whether it is for their number in a minute that no more are made. */
const RECENT = `
  SELECT count(*)::int AS count FROM iot.agent_device
  WHERE service = $1 AND subservice = $2 AND apikey = $3 AND document = '{}' AND created_at > now() - interval '1 minute'`;

const LARGEST_GROUP = 1_000;
/** Unless the group says otherwise: who guesses device ids fills no table. */
const MADE_PER_MINUTE = 100;
export const TOO_MANY = 'the group has made as many devices as it may in a minute: try again later';
const REMEMBERED = 50_000;

export interface KnownDevice {
  readonly config: EffectiveConfig;
  readonly map: MeasureMapper;
}

export type Resolution =
  | KnownDevice
  | { readonly unknown: 'key' | 'device' | 'rate' }
  | { readonly unknown: 'configuration'; readonly message: string };

/** Finds the device that a message is from, with its effective configuration; measures may make it. */
export interface AgentDirectory {
  /** One that was resolved already. */
  known(apikey: string, deviceId: string, protocol: DeviceProtocol | undefined): KnownDevice | undefined;
  resolve(
    apikey: string,
    deviceId: string,
    protocol: DeviceProtocol | undefined,
    options: { readonly autoprovision: boolean },
  ): Promise<Resolution>;
  /** Of a device as provisioned, by whichever key its measures come. @throws MappingError */
  configOf(device: AgentDevice): Promise<EffectiveConfig>;
  /** Something was provisioned here; other processes are told by the database. */
  forget(): void;
  close(): Promise<void>;
}

export const PROVISIONED_CHANNEL = 'iot_provisioned';
export const TELL_PROVISIONED = `SELECT pg_notify('${PROVISIONED_CHANNEL}', '')`;

/** `onAutoprovisioned`: a measure has made a device. */
export async function openAgentDirectory(
  db: Database,
  onAutoprovisioned: (config: EffectiveConfig) => void,
): Promise<AgentDirectory> {
  const known = new Map<string, KnownDevice>();
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
        if (known.size >= REMEMBERED) known.clear();
        // What was read before a change must not outlive it.
        if (asked === epoch) known.set(key, made);
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

/** A key may have a group for each resource: that of the protocol spoken comes first. */
function chooseGroup(found: readonly ServiceGroup[], protocol: DeviceProtocol | undefined): ServiceGroup | undefined {
  const resource = protocol === 'ul' ? '/iot/d' : protocol === 'json' ? '/iot/json' : undefined;
  return found.find((group) => group.resource === resource) ?? found[0];
}

/** The group of a device that has a key of its own: that of its type in its service path, else the only one there. */
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

/** The columns come last: what a document says of them is not asked. */
export function readRow<T>({ document, ...columns }: { readonly document: string }): T {
  // What stands in our tables was validated on its way in.
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
