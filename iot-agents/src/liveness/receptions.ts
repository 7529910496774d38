import type { Queryable } from '../database.ts';
import type { Admitted } from '../delivery/work.ts';

const REMEMBER = `
  INSERT INTO iot.reception (dev_eui, every_s, gateway)
  SELECT dev_eui, every_s, gateway FROM unnest($1::text[], $2::real[], $3::text[]) AS heard (dev_eui, every_s, gateway)
  ON CONFLICT (dev_eui) DO UPDATE
  SET every_s = coalesce(excluded.every_s, reception.every_s), gateway = coalesce(excluded.gateway, reception.gateway)`;

/** How a device has been heard. */
interface Reception {
  readonly lastMs: number;
  /** Seconds between its frames: a mean that forgets. */
  readonly everyS: number | undefined;
  readonly gateway: string | undefined;
}

/** Learns each device's cadence and gateway from its frames, in memory; what has changed is written now and then. */
export interface Receptions {
  take(frames: readonly Admitted[]): void;
  write(db: Queryable): Promise<void>;
}

const WEIGHT_OF_NEWEST = 0.2;
/** A cadence that moved by less is not written. */
const MOVED_BY = 0.2;

export function createReceptions(): Receptions {
  const heard = new Map<string, Reception>();
  const written = new Map<string, Reception>();
  const changed = new Set<string>();

  return {
    take(frames) {
      for (const { frame, device } of frames) {
        if (frame.kind !== 'data' || frame.late) continue;
        const before = heard.get(device.devEui);
        const lastMs = Date.parse(frame.time);
        const now = next(before, lastMs, frame.best?.gatewayId ?? undefined);
        heard.set(device.devEui, now);
        const old = written.get(device.devEui);
        if (old?.gateway !== now.gateway || moved(old?.everyS, now.everyS)) changed.add(device.devEui);
      }
    },
    async write(db) {
      if (changed.size === 0) return;
      const rows = [...changed].flatMap((devEui) => {
        const reception = heard.get(devEui);
        return reception === undefined ? [] : [{ devEui, reception }];
      });
      await db.query({
        text: REMEMBER,
        values: [
          rows.map(({ devEui }) => devEui),
          rows.map(({ reception }) => reception.everyS ?? null),
          rows.map(({ reception }) => reception.gateway ?? null),
        ],
      });
      for (const { devEui, reception } of rows) {
        written.set(devEui, reception);
        changed.delete(devEui);
      }
    },
  };
}

function next(before: Reception | undefined, lastMs: number, gateway: string | undefined): Reception {
  const gap = before === undefined ? undefined : (lastMs - before.lastMs) / 1000;
  // What comes out of order says nothing of the cadence.
  if (before !== undefined && gap !== undefined && gap <= 0) return { ...before, gateway: gateway ?? before.gateway };
  const everyS = before?.everyS === undefined || gap === undefined ? gap : mean(before.everyS, gap);
  return { lastMs, everyS, gateway: gateway ?? before?.gateway };
}

function mean(before: number, gap: number): number {
  return before * (1 - WEIGHT_OF_NEWEST) + gap * WEIGHT_OF_NEWEST;
}

function moved(before: number | undefined, now: number | undefined): boolean {
  if (now === undefined) return false;
  return before === undefined || Math.abs(now - before) > before * MOVED_BY;
}
