import type { Database, Queryable } from '../database.ts';
import { RegistryError } from '../frames/registry-error.ts';
import type { AgentDevice, ServiceGroup } from './agent-config.ts';
import type { DeviceRow, GroupRow } from './agent-directory.ts';
import { readRow, TELL_PROVISIONED } from './agent-directory.ts';

const INSERT_GROUP = `
  INSERT INTO iot.service_group (service, subservice, apikey, resource, document)
  VALUES ($1, $2, $3, $4, $5::jsonb) ON CONFLICT DO NOTHING`;
const GROUPS = `
  SELECT service, subservice, apikey, resource, document::text FROM iot.service_group
  WHERE service = $1 AND ($2 = '/*' OR subservice = $2)
    AND ($3::text IS NULL OR apikey = $3) AND ($4::text IS NULL OR resource = $4)
  ORDER BY id LIMIT $5 OFFSET $6`;
const COUNT_GROUPS = `
  SELECT count(*)::int AS count FROM iot.service_group
  WHERE service = $1 AND ($2 = '/*' OR subservice = $2)
    AND ($3::text IS NULL OR apikey = $3) AND ($4::text IS NULL OR resource = $4)`;
const GROUP_TO_CHANGE = `
  SELECT service, subservice, apikey, resource, document::text FROM iot.service_group
  WHERE apikey = $1 AND resource = $2 FOR UPDATE`;
const UPDATE_GROUP = `
  UPDATE iot.service_group SET apikey = $3, resource = $4, document = $5::jsonb, modified_at = now()
  WHERE apikey = $1 AND resource = $2`;
const DELETE_GROUP = 'DELETE FROM iot.service_group WHERE apikey = $1 AND resource = $2';
const DELETE_DEVICES_OF_KEY = `
  DELETE FROM iot.agent_device WHERE service = $1 AND subservice = $2 AND apikey = $3`;

const INSERT_DEVICE = `
  INSERT INTO iot.agent_device (service, subservice, apikey, device_id, document)
  VALUES ($1, $2, $3, $4, $5::jsonb) ON CONFLICT DO NOTHING`;
const DEVICES = `
  SELECT service, subservice, apikey, device_id, document::text FROM iot.agent_device
  WHERE service = $1 AND ($2 = '/*' OR subservice = $2) ORDER BY id LIMIT $3 OFFSET $4`;
const COUNT_DEVICES = `
  SELECT count(*)::int AS count FROM iot.agent_device WHERE service = $1 AND ($2 = '/*' OR subservice = $2)`;
const DEVICES_OF_ID = `
  SELECT service, subservice, apikey, device_id, document::text FROM iot.agent_device
  WHERE service = $1 AND subservice = $2 AND device_id = $3 AND ($4::text IS NULL OR apikey IN ('', $4))
  ORDER BY apikey DESC FOR UPDATE`;
const UPDATE_DEVICE = `
  UPDATE iot.agent_device SET document = $5::jsonb, modified_at = now()
  WHERE service = $1 AND subservice = $2 AND apikey = $3 AND device_id = $4`;
const DELETE_DEVICE = `
  DELETE FROM iot.agent_device WHERE service = $1 AND subservice = $2 AND apikey = $3 AND device_id = $4`;

/** FIWARE's service (our tenant) and its path. */
export interface ServicePath {
  readonly service: string;
  readonly subservice: string;
}

interface Page {
  readonly limit: number;
  readonly offset: number;
}

/** All or none. @throws RegistryError DUPLICATE_GROUP */
export async function createGroups(db: Database, groups: readonly ServiceGroup[]): Promise<void> {
  await db.transaction(async (tx) => {
    for (const { service, subservice, apikey, resource, ...document } of groups) {
      const { rowCount } = await tx.query({
        text: INSERT_GROUP,
        values: [service, subservice, apikey, resource, JSON.stringify(document)],
      });
      if (rowCount === 0) throw duplicateGroup(apikey, resource);
    }
    await tx.query({ text: TELL_PROVISIONED });
  });
}

function duplicateGroup(apikey: string, resource: string): RegistryError {
  const message = `A device configuration already exists for resource ${resource} and API Key ${apikey}`;
  return new RegistryError('DUPLICATE_GROUP', message);
}

/** The subservice `/*` means all paths. */
export async function listGroups(
  db: Queryable,
  { service, subservice }: ServicePath,
  filter: Page & { readonly apikey?: string | undefined; readonly resource?: string | undefined },
): Promise<{ count: number; groups: ServiceGroup[] }> {
  const which = [service, subservice, filter.apikey ?? null, filter.resource ?? null];
  const counted = await db.query<{ count: number }>({ text: COUNT_GROUPS, values: which });
  const { rows } = await db.query<GroupRow>({ text: GROUPS, values: [...which, filter.limit, filter.offset] });
  return { count: counted.rows[0]?.count ?? 0, groups: rows.map((row) => readRow<ServiceGroup>(row)) };
}

/** @throws RegistryError DEVICE_GROUP_NOT_FOUND, MISMATCHED_SERVICE, DUPLICATE_GROUP, and errors of `change` */
export async function changeGroup(
  db: Database,
  path: ServicePath,
  { apikey, resource }: { readonly apikey: string; readonly resource: string },
  change: (group: ServiceGroup) => ServiceGroup,
): Promise<void> {
  await db.transaction(async (tx) => {
    const before = await groupToChange(tx, path, apikey, resource);
    const { service: _, subservice: __, apikey: key, resource: at, ...document } = change(before);
    if (key !== apikey || at !== resource) {
      const { rows } = await tx.query({ text: GROUP_TO_CHANGE, values: [key, at] });
      if (rows.length > 0) throw duplicateGroup(key, at);
    }
    await tx.query({ text: UPDATE_GROUP, values: [apikey, resource, key, at, JSON.stringify(document)] });
    await tx.query({ text: TELL_PROVISIONED });
  });
}

/** @throws RegistryError DEVICE_GROUP_NOT_FOUND, MISMATCHED_SERVICE */
export async function deleteGroup(
  db: Database,
  path: ServicePath,
  {
    apikey,
    resource,
    withDevices,
  }: { readonly apikey: string; readonly resource: string; readonly withDevices: boolean },
): Promise<void> {
  await db.transaction(async (tx) => {
    const group = await groupToChange(tx, path, apikey, resource);
    await tx.query({ text: DELETE_GROUP, values: [apikey, resource] });
    if (withDevices) {
      await tx.query({ text: DELETE_DEVICES_OF_KEY, values: [group.service, group.subservice, apikey] });
    }
    await tx.query({ text: TELL_PROVISIONED });
  });
}

async function groupToChange(
  tx: Queryable,
  { service, subservice }: ServicePath,
  apikey: string,
  resource: string,
): Promise<ServiceGroup> {
  const { rows } = await tx.query<GroupRow>({ text: GROUP_TO_CHANGE, values: [apikey, resource] });
  const [row] = rows;
  if (row === undefined) {
    throw new RegistryError('DEVICE_GROUP_NOT_FOUND', `Couldn't find device group for resource ${resource}`);
  }
  if (row.service !== service || (row.subservice !== subservice && subservice !== '/*')) {
    throw new RegistryError('MISMATCHED_SERVICE', "The declared service didn't match the stored one in the entity");
  }
  return readRow<ServiceGroup>(row);
}

/** All or none. @throws RegistryError DUPLICATE_DEVICE_ID */
export async function createAgentDevices(db: Database, devices: readonly AgentDevice[]): Promise<void> {
  await db.transaction(async (tx) => {
    for (const { service, subservice, apikey, device_id: id, ...document } of devices) {
      const { rowCount } = await tx.query({
        text: INSERT_DEVICE,
        values: [service, subservice, apikey, id, JSON.stringify(document)],
      });
      if (rowCount === 0) {
        throw new RegistryError(
          'DUPLICATE_DEVICE_ID',
          `A device with the same pair (Service, DeviceId) was found:${id}`,
        );
      }
    }
    await tx.query({ text: TELL_PROVISIONED });
  });
}

export async function listAgentDevices(
  db: Queryable,
  { service, subservice }: ServicePath,
  { limit, offset }: Page,
): Promise<{ count: number; devices: AgentDevice[] }> {
  const counted = await db.query<{ count: number }>({ text: COUNT_DEVICES, values: [service, subservice] });
  const { rows } = await db.query<DeviceRow>({ text: DEVICES, values: [service, subservice, limit, offset] });
  return { count: counted.rows[0]?.count ?? 0, devices: rows.map((row) => readRow<AgentDevice>(row)) };
}

/** @throws RegistryError DEVICE_NOT_FOUND, AMBIGUOUS_DEVICE_ID */
export async function findAgentDevice(
  tx: Queryable,
  { service, subservice }: ServicePath,
  id: string,
  apikey: string | undefined,
): Promise<AgentDevice> {
  const { rows } = await tx.query<DeviceRow>({
    text: DEVICES_OF_ID,
    values: [service, subservice, id, apikey ?? null],
  });
  const [row] = rows;
  if (row === undefined) throw new RegistryError('DEVICE_NOT_FOUND', `No device was found with id:${id}`);
  if (apikey === undefined && rows.length > 1) {
    const keys = rows.map((one) => `"${one.apikey}"`).join(', ');
    throw new RegistryError(
      'AMBIGUOUS_DEVICE_ID',
      `Devices of several keys have the id ${id}: name apikey, one of ${keys}`,
    );
  }
  return readRow<AgentDevice>(row);
}

/** @throws RegistryError DEVICE_NOT_FOUND, AMBIGUOUS_DEVICE_ID, and errors of `change` */
export async function changeAgentDevice(
  db: Database,
  path: ServicePath,
  id: string,
  apikey: string | undefined,
  change: (device: AgentDevice) => AgentDevice,
): Promise<AgentDevice> {
  return db.transaction(async (tx) => {
    const before = await findAgentDevice(tx, path, id, apikey);
    const after = change(before);
    const { service: _, subservice: __, apikey: ___, device_id: ____, ...document } = after;
    await tx.query({
      text: UPDATE_DEVICE,
      values: [before.service, before.subservice, before.apikey, id, JSON.stringify(document)],
    });
    await tx.query({ text: TELL_PROVISIONED });
    return after;
  });
}

/** @throws RegistryError DEVICE_NOT_FOUND, AMBIGUOUS_DEVICE_ID */
export async function deleteAgentDevice(
  db: Database,
  path: ServicePath,
  id: string,
  apikey: string | undefined,
): Promise<void> {
  await db.transaction(async (tx) => {
    const device = await findAgentDevice(tx, path, id, apikey);
    await tx.query({ text: DELETE_DEVICE, values: [device.service, device.subservice, device.apikey, id] });
    await tx.query({ text: TELL_PROVISIONED });
  });
}
