import { namedCache } from '@alzette/kit/caches';
import type { Queryable } from '../database.ts';
import type { EffectiveConfig } from '../fiware/agent-config.ts';
import { entityUrn } from '../fiware/agent-config.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import type { Device } from '../mapping/device-profile.ts';

/** Ordered by key, because several processes write at once. */
const REMEMBER = `
  INSERT INTO iot.reception (dev_eui, every_s, gateway, last_seen_at, agent)
  SELECT dev_eui, every_s, gateway, last_seen_at, agent::jsonb
  FROM unnest($1::text[], $2::real[], $3::text[], $4::timestamptz[], $5::text[])
    AS heard (dev_eui, every_s, gateway, last_seen_at, agent)
  ORDER BY dev_eui
  ON CONFLICT (dev_eui) DO UPDATE
  SET every_s = coalesce(excluded.every_s, reception.every_s), gateway = coalesce(excluded.gateway, reception.gateway),
    last_seen_at = greatest(excluded.last_seen_at, reception.last_seen_at),
    agent = coalesce(excluded.agent, reception.agent)`;

/** The description of a FIWARE device, as configured when it was last heard. */
export interface HeardAgent {
  readonly tenant: string;
  readonly subservice: string;
  readonly deviceId: string;
  /** Devices of one kind report at similar intervals. */
  readonly kind: string;
  /** The id of its Device entity, which may be the entity that it measures. */
  readonly entity: string;
  readonly asset?: string;
  readonly silentAfterS?: number;
}

/** The reception history of a device. */
interface Reception {
  readonly lastMs: number;
  /** The beginning of its last report: some devices send the values of a report in several messages. */
  readonly reportMs: number;
  /** The interval of its reports in seconds, as an exponentially weighted mean. */
  readonly everyS: number | undefined;
  readonly gateway: string | undefined;
  readonly config?: EffectiveConfig;
}

/** Learns each device's interval and gateway from its messages, in memory. Changes are written periodically. */
export interface Receptions {
  take(frames: readonly { readonly frame: UplinkFrame; readonly device: Device }[]): void;
  /** A FIWARE device has sent measures. */
  record(config: EffectiveConfig, receivedAt: string): void;
  write(db: Queryable): Promise<void>;
}

const WEIGHT_OF_NEWEST = 0.2;
/** A pause longer than this multiple of the mean was an outage, and is ignored. */
const LONGEST_GAP = 4;
/** Messages within this time belong to one report. */
const REPORT_MS = 60_000;
/** Smaller relative changes of an interval are not written. */
const MOVED_BY = 0.2;

interface Heard {
  readonly now: Reception;
  /** As it was last written. */
  readonly written?: Reception;
}

/** Enough for some 150,000 devices: whoever has been silent for longest is forgotten first. */
const KEPT_BYTES = 128 * 1024 * 1024;
const HEARD_BYTES = 500;

export function createReceptions(keptBytes = KEPT_BYTES): Receptions {
  const receptions = namedCache<Heard>('receptions', keptBytes);
  const changed = new Set<string>();

  return {
    take(frames) {
      for (const { frame, device } of frames) {
        if (frame.kind !== 'data' || frame.late) continue;
        const before = receptions.get(device.devEui);
        const now = next(before?.now, Date.parse(frame.time), frame.best?.gatewayId ?? undefined);
        const old = before?.written;
        receptions.set(device.devEui, { ...before, now }, HEARD_BYTES);
        if (old?.gateway !== now.gateway || moved(old?.everyS, now.everyS)) changed.add(device.devEui);
      }
    },
    record(config, receivedAt) {
      const before = receptions.get(config.key);
      const now = { ...next(before?.now, Date.parse(receivedAt), undefined), config };
      receptions.set(config.key, { ...before, now }, HEARD_BYTES);
      changed.add(config.key);
    },
    async write(db) {
      const rows = [...changed].flatMap((key) => {
        const reception = receptions.get(key)?.now;
        if (reception === undefined) changed.delete(key);
        return reception === undefined ? [] : [{ key, reception }];
      });
      if (rows.length === 0) return;
      await db.query({
        text: REMEMBER,
        values: [
          rows.map(({ key }) => key),
          rows.map(({ reception }) => reception.everyS ?? null),
          rows.map(({ reception }) => reception.gateway ?? null),
          rows.map(({ reception: { config, lastMs } }) => (config && new Date(lastMs).toISOString()) ?? null),
          rows.map(({ reception: { config } }) => (config && JSON.stringify(heardAgent(config))) ?? null),
        ],
      });
      for (const { key, reception } of rows) {
        const now = receptions.get(key)?.now;
        if (now !== undefined) receptions.set(key, { now, written: reception }, HEARD_BYTES);
        if (now === reception) changed.delete(key);
      }
    },
  };
}

function heardAgent(config: EffectiveConfig): HeardAgent {
  const { tenant, subservice, deviceId, entityType, entityName, entityNameExp, silentAfterS } = config;
  // With an expression, measures may belong to any entity.
  const asset = entityNameExp === undefined ? entityName : undefined;
  const isDevice = entityType === 'Device' && asset !== undefined;
  return {
    tenant,
    subservice,
    deviceId,
    kind: ['fiware', tenant, subservice, entityType].join(' '),
    entity: isDevice ? asset : entityUrn('Device', encodeURIComponent(deviceId)),
    ...(asset === undefined || isDevice ? {} : { asset }),
    ...(silentAfterS === undefined ? {} : { silentAfterS }),
  };
}

function next(before: Reception | undefined, lastMs: number, gateway: string | undefined): Reception {
  if (before === undefined) return { lastMs, reportMs: lastMs, everyS: undefined, gateway };
  const known = { everyS: before.everyS, gateway: gateway ?? before.gateway };
  // A message out of order does not affect the interval.
  const gap = (lastMs - before.reportMs) / 1000;
  if (gap * 1000 < REPORT_MS) return { lastMs: Math.max(lastMs, before.lastMs), reportMs: before.reportMs, ...known };
  const everyS = before.everyS === undefined ? gap : mean(before.everyS, Math.min(gap, before.everyS * LONGEST_GAP));
  return { lastMs, reportMs: lastMs, ...known, everyS };
}

function mean(before: number, gap: number): number {
  return before * (1 - WEIGHT_OF_NEWEST) + gap * WEIGHT_OF_NEWEST;
}

function moved(before: number | undefined, now: number | undefined): boolean {
  if (now === undefined) return false;
  return before === undefined || Math.abs(now - before) > before * MOVED_BY;
}
