import { ofAllTenants, ofEachTenant, unlessNodeIsAway } from '@alzette/kit/each-tenant';
import type { Database, Queryable } from '../database.ts';
import type { Device } from '../mapping/device-profile.ts';
import { deviceEntityId } from '../mapping/device-report.ts';
import type { HeardDevice } from './heard-device.ts';
import type { HeardAgent } from './receptions.ts';
import type { SilenceChanges } from './silence.ts';

const DEVICES = `
  SELECT device.dev_eui, device.document::text AS document, profile.document->>'silentAfterS' AS silent_after_s,
    progress.last_seen_at, reception.gateway
  FROM iot.device
  JOIN iot.profile ON profile.id = device.profile
  JOIN iot.device_progress progress USING (dev_eui)
  LEFT JOIN iot.reception USING (dev_eui)`;

const IS_PROVISIONED = `EXISTS (
    SELECT FROM iot.agent_device
    WHERE agent_device.device_id = agent->>'deviceId' AND agent_device.service = agent->>'tenant'
      AND agent_device.subservice = agent->>'subservice')`;
const AGENTS = `
  SELECT dev_eui, agent::text AS agent, last_seen_at FROM iot.reception
  WHERE agent IS NOT NULL AND ${IS_PROVISIONED}`;

const CADENCES = `
  SELECT coalesce(device.profile, agent->>'kind') AS kind,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY every_s) AS every_s
  FROM iot.reception LEFT JOIN iot.device USING (dev_eui)
  WHERE every_s IS NOT NULL AND (device.profile IS NOT NULL OR agent IS NOT NULL) GROUP BY 1`;

/** An alert whose end has not been reported yet must still be ended. */
const BEGIN = `
  INSERT INTO iot.silence AS silence (dev_eui, tenant, since, alert, gateway, silent_at, name, entity, asset)
  SELECT dev_eui, $2, since, alert, gateway, silent_at, name, entity, asset
  FROM unnest($1::text[], $3::timestamptz[], $4::text[], $5::text[], $6::timestamptz[], $7::text[], $8::text[], $9::text[])
    AS given (dev_eui, since, alert, gateway, silent_at, name, entity, asset)
  ON CONFLICT (tenant, dev_eui) DO UPDATE SET since = excluded.since, alert = excluded.alert,
    gateway = excluded.gateway, silent_at = excluded.silent_at, name = excluded.name, entity = excluded.entity,
    asset = excluded.asset, ended = false, told = false, gone = false,
    superseded = array_remove(silence.superseded || silence.alert, excluded.alert)`;
const END = 'UPDATE iot.silence SET ended = true, told = false WHERE tenant = $2 AND dev_eui = ANY($1::text[])';
const END_GONE = `
  UPDATE iot.silence SET ended = true, gone = true, told = false
  WHERE tenant = $2 AND NOT ended AND dev_eui = ANY($1::text[])`;

const STANDING = 'SELECT tenant, dev_eui AS key, alert FROM iot.silence WHERE';
const STANDING_OF_ALL = `${STANDING} NOT ended /* all tenants: a gateway's devices are of several */`;
const STANDING_OF_TENANT = `${STANDING} tenant = $1 AND NOT ended`;
/** Devices that were deleted or moved to another tenant. */
const GONE = `
  SELECT tenant, key FROM unnest($1::text[], $2::text[]) AS given (tenant, key)
  WHERE NOT EXISTS (
      SELECT FROM iot.device WHERE dev_eui = key AND coalesce(document->>'tenant', '') = given.tenant)
    AND NOT EXISTS (
      SELECT FROM iot.reception WHERE dev_eui = key AND agent->>'tenant' = given.tenant AND ${IS_PROVISIONED})`;

const HOLDS = `EXISTS (
    SELECT FROM iot.silence other WHERE other.tenant = $1 AND other.alert = given.alert AND NOT other.ended)`;
const TENANTS = `
  SELECT DISTINCT tenant FROM iot.silence WHERE NOT told /* all tenants: those with silences to report */`;
const UNREPORTED = `
  SELECT dev_eui, tenant, since, silent_at, alert, gateway, ended, gone, asset, coalesce(name, dev_eui) AS name, entity,
    ARRAY(
      SELECT given.alert FROM unnest(CASE WHEN ended THEN superseded || alert ELSE superseded END) AS given (alert)
      WHERE NOT ${HOLDS}) AS over
  FROM iot.silence WHERE tenant = $1 AND NOT told`;
const REPORTED = `
  UPDATE iot.silence SET told = true, superseded = '{}' WHERE tenant = $2 AND NOT ended AND dev_eui = ANY($1::text[])`;
const OVER = 'DELETE FROM iot.silence WHERE tenant = $2 AND ended AND dev_eui = ANY($1::text[])';

/** A device whose silence has begun or ended, which is not yet reported to the broker. */
export interface UnreportedSilence extends Pick<HeardDevice, 'key' | 'name' | 'entity' | 'asset' | 'tenant'> {
  readonly since: string;
  /** When it became silent. */
  readonly silentAt: string;
  readonly alert: string;
  readonly gateway: string | undefined;
  readonly ended: boolean;
  /** The device has been deleted. */
  readonly gone: boolean;
  /** Alerts that no longer apply to any device. */
  readonly over: readonly string[];
}

/** A silence that has not ended. */
export interface StandingSilence extends Pick<HeardDevice, 'tenant' | 'key'> {
  readonly alert: string;
}

/** For all tenants, without those of unreachable nodes. */
export function standingSilences(db: Queryable): Promise<StandingSilence[]> {
  return ofAllTenants(db, { text: STANDING_OF_ALL }, (tenant) => ({ text: STANDING_OF_TENANT, values: [tenant] }));
}

/** Silences of devices that the tenant no longer has. */
export async function silencesOfNone(
  db: Queryable,
  standing: readonly StandingSilence[],
): Promise<Pick<StandingSilence, 'tenant' | 'key'>[]> {
  if (standing.length === 0) return [];
  const values = [standing.map(({ tenant }) => tenant), standing.map(({ key }) => key)];
  return (await db.query<Pick<StandingSilence, 'tenant' | 'key'>>({ text: GONE, values })).rows;
}

/** Every device that has been heard and is still provisioned. */
export async function heardDevices(db: Queryable, standing: readonly StandingSilence[]): Promise<HeardDevice[]> {
  const alerts = new Map(standing.map(({ tenant, key, alert }) => [`${tenant} ${key}`, alert]));
  const heard = [...(await loRaWanDevices(db)), ...(await agentDevices(db))];
  return heard.map((device) => ({ ...device, alert: alerts.get(`${device.tenant} ${device.key}`) }));
}

async function loRaWanDevices(db: Queryable): Promise<Omit<HeardDevice, 'alert'>[]> {
  const { rows } = await db.query<{
    dev_eui: string;
    document: string;
    silent_after_s: string | null;
    last_seen_at: Date;
    gateway: string | null;
  }>({ text: DEVICES });
  return rows.map((row) => {
    // Documents in our tables were validated when they were written.
    const { profile, tenant = '' } = JSON.parse(row.document) as Device;
    return {
      key: row.dev_eui,
      name: row.dev_eui,
      entity: deviceEntityId(row.dev_eui),
      tenant,
      kind: profile,
      lastSeenMs: new Date(row.last_seen_at).getTime(),
      gateway: row.gateway ?? undefined,
      silentAfterS: row.silent_after_s === null ? undefined : Number(row.silent_after_s),
    };
  });
}

async function agentDevices(db: Queryable): Promise<Omit<HeardDevice, 'alert'>[]> {
  const { rows } = await db.query<{ dev_eui: string; agent: string; last_seen_at: Date }>({ text: AGENTS });
  return rows.map((row) => {
    const { tenant, deviceId, kind, entity, asset, silentAfterS } = JSON.parse(row.agent) as HeardAgent;
    return {
      key: row.dev_eui,
      name: deviceId,
      entity,
      ...(asset === undefined ? {} : { asset }),
      tenant,
      kind,
      lastSeenMs: new Date(row.last_seen_at).getTime(),
      gateway: undefined,
      silentAfterS,
    };
  });
}

/** The median interval in seconds between reports, by kind of device. */
export async function cadences(db: Queryable): Promise<Map<string, number>> {
  const { rows } = await db.query<{ kind: string; every_s: number }>({ text: CADENCES });
  return new Map(rows.map(({ kind, every_s }) => [kind, Number(every_s)]));
}

/** Tenant by tenant. Those of unreachable nodes are updated at the next check. */
export async function recordSilence(
  db: Queryable,
  { silent, back }: SilenceChanges,
  gone: readonly Pick<StandingSilence, 'tenant' | 'key'>[],
): Promise<void> {
  const tenants = new Set([...gone, ...back, ...silent.map(({ device }) => device)].map(({ tenant }) => tenant));
  for (const tenant of tenants) {
    const keysOf = (some: readonly Pick<StandingSilence, 'tenant' | 'key'>[]): string[] =>
      some.filter((one) => one.tenant === tenant).map(({ key }) => key);
    const own = silent.filter(({ device }) => device.tenant === tenant);
    await unlessNodeIsAway(async () => {
      const [goneKeys, backKeys] = [keysOf(gone), keysOf(back)];
      if (goneKeys.length > 0) await db.query({ text: END_GONE, values: [goneKeys, tenant] });
      if (backKeys.length > 0) await db.query({ text: END, values: [backKeys, tenant] });
      if (own.length > 0) await beginSilence(db, tenant, own);
    });
  }
}

async function beginSilence(db: Queryable, tenant: string, silent: SilenceChanges['silent']): Promise<void> {
  await db.query({
    text: BEGIN,
    values: [
      silent.map(({ device }) => device.key),
      tenant,
      silent.map(({ device }) => new Date(device.lastSeenMs).toISOString()),
      silent.map(({ alert }) => alert),
      silent.map(({ gateway }) => gateway ?? null),
      silent.map(({ silentAtMs }) => new Date(silentAtMs).toISOString()),
      silent.map(({ device }) => device.name),
      silent.map(({ device }) => device.entity),
      silent.map(({ device }) => device.asset ?? null),
    ],
  });
}

export async function unreportedSilences(db: Queryable): Promise<UnreportedSilence[]> {
  const rows = await ofEachTenant<{
    dev_eui: string;
    tenant: string;
    since: Date;
    silent_at: Date;
    alert: string;
    gateway: string | null;
    ended: boolean;
    gone: boolean;
    name: string;
    entity: string | null;
    asset: string | null;
    over: string[];
  }>(db, { text: TENANTS }, (tenant) => ({ text: UNREPORTED, values: [tenant] }));
  return rows.map((row) => ({
    key: row.dev_eui,
    name: row.name,
    entity: row.entity ?? deviceEntityId(row.dev_eui),
    ...(row.asset === null ? {} : { asset: row.asset }),
    tenant: row.tenant,
    since: new Date(row.since).toISOString(),
    silentAt: new Date(row.silent_at).toISOString(),
    alert: row.alert,
    gateway: row.gateway ?? undefined,
    ended: row.ended,
    gone: row.gone,
    over: row.over,
  }));
}

export async function silencesReported(
  db: Database,
  tenant: string,
  reported: readonly UnreportedSilence[],
): Promise<void> {
  const keys = (ended: boolean) => reported.filter((one) => one.ended === ended).map(({ key }) => key);
  await db.query({ text: REPORTED, values: [keys(false), tenant] });
  await db.query({ text: OVER, values: [keys(true), tenant] });
}
