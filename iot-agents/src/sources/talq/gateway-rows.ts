import type { Queryable } from '../../database.ts';

/** A device as written by a gateway, including members that we don't know. */
export type TalqDocument = Readonly<Record<string, unknown>> & { readonly address: string };

interface GatewayRow {
  readonly services: readonly unknown[];
  readonly deviceClasses: readonly unknown[];
  readonly groups: readonly unknown[];
  /** The time of its last call. */
  readonly heardAt: string | null;
  readonly devices: number;
}

const DEVICES = `
  SELECT document::text FROM iot.talq_device WHERE source = $1 ORDER BY address LIMIT $2 OFFSET $3`;
const COUNT = 'SELECT count(*)::int AS count FROM iot.talq_device WHERE source = $1';
/** Ordered by address, so that two transactions locking the same devices can't deadlock. */
const LOCK = `
  SELECT document::text FROM iot.talq_device WHERE source = $1 AND address = ANY($2::text[])
  ORDER BY address FOR UPDATE`;
const PUT = `
  INSERT INTO iot.talq_device (source, address, document)
  SELECT $1, address, document::jsonb FROM unnest($2::text[], $3::text[]) AS given (address, document) ORDER BY address
  ON CONFLICT (source, address) DO UPDATE SET document = excluded.document`;
const DELETE = 'DELETE FROM iot.talq_device WHERE source = $1 AND address = $2';
const DELETE_OTHERS = 'DELETE FROM iot.talq_device WHERE source = $1 AND address <> ALL($2::text[])';
const UNOFFERED = 'SELECT document::text FROM iot.talq_device WHERE source = $1 AND NOT offered';
const OFFERED = 'UPDATE iot.talq_device SET offered = true WHERE source = $1 AND address = ANY($2::text[])';
const IS_OF = `
  SELECT 1 FROM iot.talq_device AS device JOIN iot.source ON source.id = device.source
  WHERE device.source = $1 AND address = $2 AND coalesce(source.document->>'tenant', '') = $3`;

const GATEWAY = `
  SELECT services::text, device_classes::text, groups::text, heard_at FROM iot.talq_gateway WHERE source = $1`;
const NOTE = `
  INSERT INTO iot.talq_gateway AS kept (source, services, device_classes, groups, heard_at)
  VALUES ($1, coalesce($2::jsonb, '[]'), coalesce($3::jsonb, '[]'), coalesce($4::jsonb, '[]'), CASE WHEN $5 THEN now() END)
  ON CONFLICT (source) DO UPDATE SET
    services = coalesce($2::jsonb, kept.services),
    device_classes = coalesce($3::jsonb, kept.device_classes),
    groups = coalesce($4::jsonb, kept.groups),
    heard_at = coalesce(excluded.heard_at, kept.heard_at)`;

const AT_ONCE = 2_000;

export async function listTalqDevices(
  db: Queryable,
  source: string,
  limit?: number,
  offset = 0,
): Promise<TalqDocument[]> {
  return documents(db, DEVICES, [source, limit ?? null, offset]);
}

export async function countTalqDevices(db: Queryable, source: string): Promise<number> {
  return (await db.query<{ count: number }>({ text: COUNT, values: [source] })).rows[0]?.count ?? 0;
}

/** The known devices with these addresses, locked until the transaction ends. */
export async function lockTalqDevices(
  tx: Queryable,
  source: string,
  addresses: readonly string[],
): Promise<Map<string, TalqDocument>> {
  const found = await documents(tx, LOCK, [source, addresses]);
  return new Map(found.map((document) => [document.address.toLowerCase(), document]));
}

export async function putTalqDevices(tx: Queryable, source: string, devices: readonly TalqDocument[]): Promise<void> {
  for (let at = 0; at < devices.length; at += AT_ONCE) {
    // If a device occurs twice, the last one is used.
    const batch = new Map(
      devices.slice(at, at + AT_ONCE).map((device) => [device.address.toLowerCase(), JSON.stringify(device)]),
    );
    await tx.query({ text: PUT, values: [source, [...batch.keys()], [...batch.values()]] });
  }
}

/** Replaces all devices of the gateway. */
export async function replaceTalqDevices(
  tx: Queryable,
  source: string,
  devices: readonly TalqDocument[],
): Promise<void> {
  await tx.query({ text: DELETE_OTHERS, values: [source, devices.map(({ address }) => address.toLowerCase())] });
  await putTalqDevices(tx, source, devices);
}

/** False: it was not known. */
export async function deleteTalqDevice(db: Queryable, source: string, address: string): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [source, address.toLowerCase()] })).rowCount > 0;
}

/** Devices whose lamps have no override attribute yet. */
export async function unofferedDevices(db: Queryable, source: string): Promise<TalqDocument[]> {
  return documents(db, UNOFFERED, [source]);
}

export async function markOffered(db: Queryable, source: string, addresses: readonly string[]): Promise<void> {
  await db.query({ text: OFFERED, values: [source, addresses] });
}

export async function isTalqDevice(db: Queryable, source: string, address: string, tenant: string): Promise<boolean> {
  return (await db.query({ text: IS_OF, values: [source, address, tenant] })).rows.length > 0;
}

export async function findGateway(db: Queryable, source: string): Promise<GatewayRow> {
  const { rows } = await db.query<{
    services: string;
    device_classes: string;
    groups: string;
    heard_at: Date | null;
  }>({ text: GATEWAY, values: [source] });
  const devices = await countTalqDevices(db, source);
  const row = rows[0];
  if (row === undefined) return { services: [], deviceClasses: [], groups: [], heardAt: null, devices };
  return {
    services: JSON.parse(row.services),
    deviceClasses: JSON.parse(row.device_classes),
    groups: JSON.parse(row.groups),
    heardAt: row.heard_at === null ? null : new Date(row.heard_at).toISOString(),
    devices,
  };
}

/** Stores the given values and leaves the others unchanged. */
export async function noteGateway(
  db: Queryable,
  source: string,
  {
    services,
    deviceClasses,
    groups,
    hasCalled,
  }: { readonly [list in 'services' | 'deviceClasses' | 'groups']?: readonly unknown[] } & {
    readonly hasCalled: boolean;
  },
): Promise<void> {
  const lists = [services, deviceClasses, groups].map((list) => (list === undefined ? null : JSON.stringify(list)));
  await db.query({ text: NOTE, values: [source, ...lists, hasCalled] });
}

async function documents(db: Queryable, text: string, values: readonly unknown[]): Promise<TalqDocument[]> {
  const { rows } = await db.query<{ document: string }>({ text, values });
  return rows.map(({ document }) => JSON.parse(document));
}
