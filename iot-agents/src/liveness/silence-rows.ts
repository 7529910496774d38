import type { Database, Queryable } from '../database.ts';
import type { Device } from '../mapping/device-profile.ts';
import { deviceEntityId } from '../mapping/device-report.ts';
import type { HeardDevice } from './heard-device.ts';
import type { HeardAgent } from './receptions.ts';
import type { SilenceChanges } from './silence.ts';

const DEVICES = `
  SELECT device.dev_eui, device.document::text AS document, profile.document->>'silentAfterS' AS silent_after_s,
    progress.last_seen_at, reception.gateway, silence.alert
  FROM iot.device
  JOIN iot.profile ON profile.id = device.profile
  JOIN iot.device_progress progress USING (dev_eui)
  LEFT JOIN iot.reception USING (dev_eui)
  LEFT JOIN iot.silence ON silence.dev_eui = device.dev_eui AND NOT silence.ended`;

const IS_PROVISIONED = `EXISTS (
    SELECT FROM iot.agent_device
    WHERE agent_device.device_id = agent->>'deviceId' AND agent_device.service = agent->>'tenant'
      AND agent_device.subservice = agent->>'subservice')`;
const AGENTS = `
  SELECT reception.dev_eui, reception.agent::text AS agent, reception.last_seen_at, silence.alert
  FROM iot.reception LEFT JOIN iot.silence ON silence.dev_eui = reception.dev_eui AND NOT silence.ended
  WHERE agent IS NOT NULL AND ${IS_PROVISIONED}`;

const CADENCES = `
  SELECT coalesce(device.profile, agent->>'kind') AS kind,
    percentile_cont(0.5) WITHIN GROUP (ORDER BY every_s) AS every_s
  FROM iot.reception LEFT JOIN iot.device USING (dev_eui)
  WHERE every_s IS NOT NULL AND (device.profile IS NOT NULL OR agent IS NOT NULL) GROUP BY 1`;

/** An alert whose end has not been reported yet must still be ended. */
const BEGIN = `
  INSERT INTO iot.silence AS silence (dev_eui, tenant, since, alert, gateway, silent_at, name, entity, asset)
  SELECT * FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::timestamptz[], $7::text[],
    $8::text[], $9::text[])
  ON CONFLICT (dev_eui) DO UPDATE SET tenant = excluded.tenant, since = excluded.since, alert = excluded.alert,
    gateway = excluded.gateway, silent_at = excluded.silent_at, name = excluded.name, entity = excluded.entity,
    asset = excluded.asset, ended = false, told = false, gone = false,
    superseded = array_remove(silence.superseded || silence.alert, excluded.alert)`;
const END = 'UPDATE iot.silence SET ended = true, told = false WHERE dev_eui = ANY($1::text[])';
const END_GONE = `
  UPDATE iot.silence SET ended = true, gone = true, told = false
  WHERE NOT ended AND NOT EXISTS (SELECT FROM iot.device WHERE device.dev_eui = silence.dev_eui)
    AND NOT EXISTS (
      SELECT FROM iot.reception WHERE reception.dev_eui = silence.dev_eui AND agent IS NOT NULL AND ${IS_PROVISIONED})`;

const HOLDS = `EXISTS (
    SELECT FROM iot.silence other WHERE other.tenant = silence.tenant AND other.alert = given.alert AND NOT other.ended)`;
const UNREPORTED = `
  SELECT dev_eui, tenant, since, silent_at, alert, gateway, ended, gone, asset, coalesce(name, dev_eui) AS name, entity,
    ARRAY(
      SELECT given.alert FROM unnest(CASE WHEN ended THEN superseded || alert ELSE superseded END) AS given (alert)
      WHERE NOT ${HOLDS}) AS over
  FROM iot.silence WHERE NOT told`;
const REPORTED = `UPDATE iot.silence SET told = true, superseded = '{}' WHERE NOT ended AND dev_eui = ANY($1::text[])`;
const OVER = 'DELETE FROM iot.silence WHERE ended AND dev_eui = ANY($1::text[])';

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

/** Every device that has been heard and is still provisioned. */
export async function heardDevices(tx: Queryable): Promise<HeardDevice[]> {
  return [...(await loRaWanDevices(tx)), ...(await agentDevices(tx))];
}

async function loRaWanDevices(tx: Queryable): Promise<HeardDevice[]> {
  const { rows } = await tx.query<{
    dev_eui: string;
    document: string;
    silent_after_s: string | null;
    last_seen_at: Date;
    gateway: string | null;
    alert: string | null;
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
      alert: row.alert ?? undefined,
    };
  });
}

async function agentDevices(tx: Queryable): Promise<HeardDevice[]> {
  const { rows } = await tx.query<{ dev_eui: string; agent: string; last_seen_at: Date; alert: string | null }>({
    text: AGENTS,
  });
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
      alert: row.alert ?? undefined,
    };
  });
}

/** The median interval in seconds between reports, by kind of device. */
export async function cadences(tx: Queryable): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ kind: string; every_s: number }>({ text: CADENCES });
  return new Map(rows.map(({ kind, every_s }) => [kind, Number(every_s)]));
}

export async function recordSilence(tx: Queryable, { silent, back }: SilenceChanges): Promise<void> {
  await tx.query({ text: END_GONE });
  if (back.length > 0) await tx.query({ text: END, values: [back.map(({ key }) => key)] });
  if (silent.length === 0) return;
  await tx.query({
    text: BEGIN,
    values: [
      silent.map(({ device }) => device.key),
      silent.map(({ device }) => device.tenant),
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
  const { rows } = await db.query<{
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
  }>({ text: UNREPORTED });
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

export async function silencesReported(db: Database, reported: readonly UnreportedSilence[]): Promise<void> {
  const keys = (ended: boolean) => reported.filter((one) => one.ended === ended).map(({ key }) => key);
  await db.query({ text: REPORTED, values: [keys(false)] });
  await db.query({ text: OVER, values: [keys(true)] });
}
