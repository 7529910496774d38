import type { Database, Queryable } from '../../database.ts';
import type { TalqSource } from './talq-source.ts';

/** A device as written by a gateway, including members that we don't know. */
export type TalqDocument = Readonly<Record<string, unknown>> & { readonly address: string };

/** Of the bootstrap (TALQ 2.7.1, 5.1): the gateway has announced itself, or its services too. */
export type BootstrapStep = 'announced' | 'services';

interface GatewayRow {
  readonly services: readonly unknown[];
  readonly deviceClasses: readonly unknown[];
  readonly groups: readonly unknown[];
  /** The time of its last call. */
  readonly heardAt: string | null;
  /** How far it is in the bootstrap; null: not in it. */
  readonly bootstrap: BootstrapStep | null;
  /** When it last announced or reset itself; null: never. */
  readonly beganAt: string | null;
  readonly devices: number;
}

/** By which its rows are found. */
type SourceKey = Pick<TalqSource, 'id' | 'tenant'>;

const keyOf = ({ id, tenant = '' }: SourceKey): string[] => [tenant, id];

const DEVICES = `
  SELECT document::text FROM iot.talq_device WHERE tenant = $1 AND source = $2 ORDER BY address LIMIT $3 OFFSET $4`;
const COUNT = 'SELECT count(*)::int AS count FROM iot.talq_device WHERE tenant = $1 AND source = $2';
/** Ordered by address, so that two transactions locking the same devices can't deadlock. */
const LOCK = `
  SELECT document::text FROM iot.talq_device WHERE tenant = $1 AND source = $2 AND address = ANY($3::text[])
  ORDER BY address FOR UPDATE`;
const PUT = `
  INSERT INTO iot.talq_device (tenant, source, address, document)
  SELECT $1, $2, address, document::jsonb FROM unnest($3::text[], $4::text[]) AS given (address, document) ORDER BY address
  ON CONFLICT (tenant, source, address) DO UPDATE SET document = excluded.document`;
const DELETE = 'DELETE FROM iot.talq_device WHERE tenant = $1 AND source = $2 AND address = $3';
const DELETE_OTHERS = `
  DELETE FROM iot.talq_device WHERE tenant = $1 AND source = $2 AND address <> ALL($3::text[])`;
const UNOFFERED = 'SELECT document::text FROM iot.talq_device WHERE tenant = $1 AND source = $2 AND NOT offered';
const OFFERED = `
  UPDATE iot.talq_device SET offered = true WHERE tenant = $1 AND source = $2 AND address = ANY($3::text[])`;
const IS_OF = 'SELECT 1 FROM iot.talq_device WHERE tenant = $1 AND source = $2 AND address = $3';

const GATEWAY = `
  SELECT services::text, device_classes::text, groups::text, heard_at, bootstrap, began_at FROM iot.talq_gateway
  WHERE tenant = $1 AND source = $2`;
const NOTE = `
  INSERT INTO iot.talq_gateway AS kept (tenant, source, services, device_classes, groups, heard_at)
  VALUES ($1, $2, coalesce($3::jsonb, '[]'), coalesce($4::jsonb, '[]'), coalesce($5::jsonb, '[]'),
    CASE WHEN $6::boolean THEN now() END)
  ON CONFLICT (tenant, source) DO UPDATE SET
    services = coalesce($3::jsonb, kept.services),
    device_classes = coalesce($4::jsonb, kept.device_classes),
    groups = coalesce($5::jsonb, kept.groups),
    heard_at = coalesce(excluded.heard_at, kept.heard_at)`;

const STEP = 'UPDATE iot.talq_gateway SET bootstrap = $3 WHERE tenant = $1 AND source = $2';
const BOOTSTRAP = 'SELECT bootstrap FROM iot.talq_gateway WHERE tenant = $1 AND source = $2';
const BEGIN = `
  INSERT INTO iot.talq_gateway (tenant, source, heard_at, bootstrap, began_at)
  VALUES ($1, $2, now(), $3, now())
  ON CONFLICT (tenant, source) DO UPDATE SET services = '[]', device_classes = '[]', groups = '[]',
    heard_at = now(), bootstrap = excluded.bootstrap, began_at = now()`;
const DELETE_ALL = 'DELETE FROM iot.talq_device WHERE tenant = $1 AND source = $2';

const AT_ONCE = 2_000;

export async function listTalqDevices(
  db: Queryable,
  source: SourceKey,
  limit?: number,
  offset = 0,
): Promise<TalqDocument[]> {
  return documents(db, DEVICES, [...keyOf(source), limit ?? null, offset]);
}

export async function countTalqDevices(db: Queryable, source: SourceKey): Promise<number> {
  return (await db.query<{ count: number }>({ text: COUNT, values: keyOf(source) })).rows[0]?.count ?? 0;
}

/** The known devices with these addresses, locked until the transaction ends. */
export async function lockTalqDevices(
  tx: Queryable,
  source: SourceKey,
  addresses: readonly string[],
): Promise<Map<string, TalqDocument>> {
  const found = await documents(tx, LOCK, [...keyOf(source), addresses]);
  return new Map(found.map((document) => [document.address.toLowerCase(), document]));
}

export async function putTalqDevices(
  tx: Queryable,
  source: SourceKey,
  devices: readonly TalqDocument[],
): Promise<void> {
  for (let at = 0; at < devices.length; at += AT_ONCE) {
    // If a device occurs twice, the last one is used.
    const batch = new Map(
      devices.slice(at, at + AT_ONCE).map((device) => [device.address.toLowerCase(), JSON.stringify(device)]),
    );
    await tx.query({ text: PUT, values: [...keyOf(source), [...batch.keys()], [...batch.values()]] });
  }
}

/** Replaces all devices of the gateway. */
export async function replaceTalqDevices(
  tx: Queryable,
  source: SourceKey,
  devices: readonly TalqDocument[],
): Promise<void> {
  await tx.query({
    text: DELETE_OTHERS,
    values: [...keyOf(source), devices.map(({ address }) => address.toLowerCase())],
  });
  await putTalqDevices(tx, source, devices);
}

/** False: it was not known. */
export async function deleteTalqDevice(db: Queryable, source: SourceKey, address: string): Promise<boolean> {
  return (await db.query({ text: DELETE, values: [...keyOf(source), address.toLowerCase()] })).rowCount > 0;
}

/** Devices whose lamps have no override attribute yet. */
export async function unofferedDevices(db: Queryable, source: SourceKey): Promise<TalqDocument[]> {
  return documents(db, UNOFFERED, keyOf(source));
}

export async function markOffered(db: Queryable, source: SourceKey, addresses: readonly string[]): Promise<void> {
  await db.query({ text: OFFERED, values: [...keyOf(source), addresses] });
}

export async function isTalqDevice(db: Queryable, source: SourceKey, address: string): Promise<boolean> {
  return (await db.query({ text: IS_OF, values: [...keyOf(source), address] })).rows.length > 0;
}

export async function findGateway(db: Queryable, source: SourceKey): Promise<GatewayRow> {
  const { rows } = await db.query<{
    services: string;
    device_classes: string;
    groups: string;
    heard_at: Date | null;
    bootstrap: BootstrapStep | null;
    began_at: Date | null;
  }>({ text: GATEWAY, values: keyOf(source) });
  const devices = await countTalqDevices(db, source);
  const row = rows[0];
  const none = { services: [], deviceClasses: [], groups: [], heardAt: null, bootstrap: null, beganAt: null };
  if (row === undefined) return { ...none, devices };
  return {
    services: JSON.parse(row.services),
    deviceClasses: JSON.parse(row.device_classes),
    groups: JSON.parse(row.groups),
    heardAt: isoTime(row.heard_at),
    bootstrap: row.bootstrap,
    beganAt: isoTime(row.began_at),
    devices,
  };
}

/** Undefined: the gateway is not in the bootstrap. */
export async function bootstrapOf(db: Queryable, source: SourceKey): Promise<BootstrapStep | undefined> {
  const { rows } = await db.query<{ bootstrap: BootstrapStep | null }>({ text: BOOTSTRAP, values: keyOf(source) });
  return rows[0]?.bootstrap ?? undefined;
}

export async function setBootstrap(db: Queryable, source: SourceKey, step: BootstrapStep | null): Promise<void> {
  await db.query({ text: STEP, values: [...keyOf(source), step] });
}

/** Forgets all that the gateway has told. `step`: null, it has not announced itself anew. */
export async function beginAnew(db: Database, source: SourceKey, step: BootstrapStep | null): Promise<void> {
  await db.transaction(async (tx) => {
    await tx.query({ text: BEGIN, values: [...keyOf(source), step] });
    await tx.query({ text: DELETE_ALL, values: keyOf(source) });
  });
}

/** Stores the given values and leaves the others unchanged. */
export async function noteGateway(
  db: Queryable,
  source: SourceKey,
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
  await db.query({ text: NOTE, values: [...keyOf(source), ...lists, hasCalled] });
}

function isoTime(at: Date | null): string | null {
  return at === null ? null : new Date(at).toISOString();
}

async function documents(db: Queryable, text: string, values: readonly unknown[]): Promise<TalqDocument[]> {
  const { rows } = await db.query<{ document: string }>({ text, values });
  return rows.map(({ document }) => JSON.parse(document));
}
