import type { Database, Queryable } from '../database.ts';
import type { Device } from '../devices/device.ts';
import type { HeardDevice, SilenceChanges } from './silence.ts';

const DEVICES = `
  SELECT device.dev_eui, device.document::text AS document, profile.document->>'silentAfterS' AS silent_after_s,
    progress.last_seen_at, reception.gateway, silence.alert
  FROM iot.device
  JOIN iot.profile ON profile.id = device.profile
  JOIN iot.device_progress progress USING (dev_eui)
  LEFT JOIN iot.reception USING (dev_eui)
  LEFT JOIN iot.silence ON silence.dev_eui = device.dev_eui AND NOT silence.ended`;
const CADENCES = `
  SELECT profile, percentile_cont(0.5) WITHIN GROUP (ORDER BY every_s) AS every_s
  FROM iot.device JOIN iot.reception USING (dev_eui)
  WHERE every_s IS NOT NULL GROUP BY profile`;
const BEGIN = `
  INSERT INTO iot.silence (dev_eui, tenant, since, alert, gateway, silent_at)
  SELECT dev_eui, tenant, since, alert, gateway, silent_at
  FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[], $5::text[], $6::timestamptz[])
    AS fallen (dev_eui, tenant, since, alert, gateway, silent_at)
  ON CONFLICT (dev_eui) DO UPDATE SET tenant = excluded.tenant, since = excluded.since, alert = excluded.alert,
    gateway = excluded.gateway, silent_at = excluded.silent_at, ended = false, told = false`;
const END = 'UPDATE iot.silence SET ended = true, told = false WHERE dev_eui = ANY($1::text[])';
const UNTOLD = `
  SELECT dev_eui, tenant, since, silent_at, alert, gateway, ended,
    EXISTS (SELECT FROM iot.silence other WHERE other.alert = silence.alert AND NOT other.ended) AS alert_holds
  FROM iot.silence WHERE NOT told`;
const TOLD = 'UPDATE iot.silence SET told = true WHERE NOT ended AND dev_eui = ANY($1::text[])';
const OVER = 'DELETE FROM iot.silence WHERE ended AND dev_eui = ANY($1::text[])';

/** A device whose silence has begun or ended, which the broker does not know yet. */
export interface UntoldSilence {
  readonly devEui: string;
  readonly tenant: string;
  readonly since: string;
  /** When it should have been heard at the latest. */
  readonly silentAt: string;
  readonly alert: string;
  readonly gateway: string | undefined;
  readonly ended: boolean;
  /** Some device is still silent for which the alert stands. */
  readonly alertHolds: boolean;
}

/** Every device that has ever been heard. */
export async function heardDevices(tx: Queryable): Promise<HeardDevice[]> {
  const { rows } = await tx.query<{
    dev_eui: string;
    document: string;
    silent_after_s: string | null;
    last_seen_at: Date;
    gateway: string | null;
    alert: string | null;
  }>({ text: DEVICES });
  return rows.map((row) => {
    // What stands in our tables was validated on its way in.
    const { profile, tenant = '' } = JSON.parse(row.document) as Device;
    return {
      devEui: row.dev_eui,
      tenant,
      profile,
      lastSeenMs: new Date(row.last_seen_at).getTime(),
      gateway: row.gateway ?? undefined,
      silentAfterS: row.silent_after_s === null ? undefined : Number(row.silent_after_s),
      alert: row.alert ?? undefined,
    };
  });
}

/** Seconds between the reports of each profile's devices: the median of them. */
export async function cadences(tx: Queryable): Promise<Map<string, number>> {
  const { rows } = await tx.query<{ profile: string; every_s: number }>({ text: CADENCES });
  return new Map(rows.map(({ profile, every_s }) => [profile, Number(every_s)]));
}

export async function recordSilence(tx: Queryable, { silent, back }: SilenceChanges): Promise<void> {
  if (back.length > 0) await tx.query({ text: END, values: [back.map(({ devEui }) => devEui)] });
  if (silent.length === 0) return;
  await tx.query({
    text: BEGIN,
    values: [
      silent.map(({ device }) => device.devEui),
      silent.map(({ device }) => device.tenant),
      silent.map(({ device }) => new Date(device.lastSeenMs).toISOString()),
      silent.map(({ alert }) => alert),
      silent.map(({ gateway }) => gateway ?? null),
      silent.map(({ silentAtMs }) => new Date(silentAtMs).toISOString()),
    ],
  });
}

export async function untoldSilences(db: Queryable): Promise<UntoldSilence[]> {
  const { rows } = await db.query<{
    dev_eui: string;
    tenant: string;
    since: Date;
    silent_at: Date;
    alert: string;
    gateway: string | null;
    ended: boolean;
    alert_holds: boolean;
  }>({ text: UNTOLD });
  return rows.map((row) => ({
    devEui: row.dev_eui,
    tenant: row.tenant,
    since: new Date(row.since).toISOString(),
    silentAt: new Date(row.silent_at).toISOString(),
    alert: row.alert,
    gateway: row.gateway ?? undefined,
    ended: row.ended,
    alertHolds: row.alert_holds,
  }));
}

export async function silencesTold(db: Database, told: readonly UntoldSilence[]): Promise<void> {
  const devEuis = (ended: boolean) => told.filter((one) => one.ended === ended).map(({ devEui }) => devEui);
  await db.query({ text: TOLD, values: [devEuis(false)] });
  await db.query({ text: OVER, values: [devEuis(true)] });
}
