import { readDeviceAddress } from '../fiware/device-message.ts';
import type { QuarantineReason } from '../frames/counters.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';
import { readSourceMessage } from '../inbox/source-message.ts';
import type { FramePutOff, StoredFrame } from '../inbox/stored-frame.ts';
import { readUplink } from '../network-servers/read-uplink.ts';
import type { DeliveryContext } from './delivery-context.ts';
import type { DownlinkRoutes } from './downlink-routes.ts';
import type { Admitted, Outcome } from './outcome.ts';
import type { DeviceProgress } from './progress.ts';
import { admit, NO_PROGRESS } from './progress.ts';
import { loadProgress } from './progress-rows.ts';

interface Admissions {
  readonly admitted: Admitted[];
  /** Frames that need no decoding: duplicates, unknown devices, unreadable messages. */
  readonly settled: Outcome[];
  /** Frames of tenants whose node is away. */
  readonly putOff: FramePutOff[];
}

/** Of an event about a command of a device that is no longer registered: each node may have it. */
const ANY_TENANT = '*';

interface Read {
  readonly stored: StoredFrame;
  readonly frame: UplinkFrame;
}

/**
 * Parses frames, finds their devices, and detects duplicates. Rejects if the database does not answer. Frames that are
 * put off are admitted when they are taken up, so until then the progress of their devices does not know them.
 *
 * Longer than 80 lines: one pass over a batch, step after step.
 */
export async function admitFrames(
  { db, registry, connections, fiwareMeasures, commands, counters, warnings }: DeliveryContext,
  { routes, mustWait }: { readonly routes: DownlinkRoutes; readonly mustWait: (tenant: string) => boolean },
  progress: Map<string, DeviceProgress>,
  frames: readonly StoredFrame[],
): Promise<Admissions> {
  const settled: Outcome[] = [];
  const read: Read[] = [];
  const putOff: FramePutOff[] = [];
  /** Tenants whose node did not answer just now. */
  const away = new Set<string>();
  const waits = ({ isTakenUp }: StoredFrame, tenant: string): boolean =>
    away.has(tenant) || (isTakenUp !== true && mustWait(tenant));
  for (const stored of frames) {
    const { topic, body, receivedAt } = stored;
    const harvested = readSourceMessage(topic, body);
    if (harvested !== undefined) {
      if (waits(stored, harvested.tenant)) putOff.push({ id: stored.id, tenant: harvested.tenant });
      else settled.push({ ...done(stored), ...harvested });
      continue;
    }
    const connection = connections.of(topic);
    const address = connection === undefined ? readDeviceAddress(topic) : undefined;
    if (address !== undefined) {
      const outcome = await fiwareMeasures.outcomeOf(stored, address, (tenant) => waits(stored, tenant));
      if ('inboxId' in outcome) {
        settled.push(outcome);
      } else {
        away.add(outcome.tenant);
        putOff.push(outcome);
      }
      continue;
    }
    try {
      const frame = stored.reading?.frame ?? readUplink(topic, body, receivedAt, connection?.pointers);
      read.push({ stored, frame });
    } catch (cause) {
      if (!(cause instanceof EnvelopeError)) throw cause;
      settled.push(quarantined(stored, cause.reason, cause.message));
    }
  }
  const devEuis = new Set(read.map(({ frame }) => frame.devEui).filter((devEui) => devEui !== undefined));
  const strangers = [...devEuis].filter((devEui) => registry.device(devEui) === undefined);
  if (strangers.length > 0) await registry.lookUp(strangers);
  const tenantOf = ({ devEui }: UplinkFrame): string | undefined => {
    const device = devEui === undefined ? undefined : registry.device(devEui);
    return device && (device.tenant ?? '');
  };
  const waiting = new Set<StoredFrame>();
  for (const { stored, frame } of read) {
    if (frame.downlink === undefined) continue;
    const tenant = tenantOf(frame) ?? ANY_TENANT;
    if (!waits(stored, tenant) && (await commands.takeDownlinkEvent(frame))) continue;
    away.add(tenant);
    putOff.push({ id: stored.id, tenant });
    waiting.add(stored);
  }
  const unread = [...devEuis].filter((devEui) => !progress.has(devEui) && registry.device(devEui) !== undefined);
  if (unread.length > 0) {
    await loadProgress(db, unread, progress);
    for (const devEui of unread) if (!progress.has(devEui)) progress.set(devEui, NO_PROGRESS);
  }

  const admitted: Admitted[] = [];
  for (const { stored, frame } of read) {
    if (waiting.has(stored)) continue;
    const tenant = tenantOf(frame);
    // The event of one that is not waiting has been taken.
    if (frame.downlink === undefined && tenant !== undefined && waits(stored, tenant)) {
      putOff.push({ id: stored.id, tenant });
      continue;
    }
    const outcome = decide(stored, frame);
    if ('device' in outcome) admitted.push(outcome);
    else settled.push(outcome);
  }
  await routes.learn(admitted);
  return { admitted, settled, putOff };

  function decide(stored: StoredFrame, frame: UplinkFrame): Admitted | Outcome {
    const { devEui } = frame;
    if (frame.kind === 'log' && frame.log?.level === 'ERROR') {
      warnings.add(devEui, `${frame.log.code}: ${frame.log.description}`);
    }
    if (devEui === undefined) {
      if (frame.kind !== 'data') return done(stored);
      return quarantined(stored, 'unknown_device', `the network server names no dev_eui for "${frame.deviceId}"`);
    }
    const device = registry.device(devEui);
    const profile = device === undefined ? undefined : registry.profile(device.profile);
    if (device === undefined || profile === undefined) {
      if (frame.kind !== 'data') return done(stored);
      counters.pending += 1;
      return { ...done(stored), devEui, pending: true };
    }
    if (frame.simulated) {
      counters.simulated += 1;
      return done(stored);
    }
    if (stored.replayed) return { stored, frame, device, profile };
    const { admission, progress: after } = admit(progress.get(devEui) ?? NO_PROGRESS, frame, stored.id);
    progress.set(devEui, after);
    if (admission === 'duplicate') {
      counters.duplicates += 1;
      return { ...done(stored), devEui };
    }
    if (admission === 'counter conflict') {
      counters.counterConflicts += 1;
      warnings.add(devEui, `frame counter ${frame.fCnt} came twice with different payloads`);
    } else if (admission === 'counter reset') {
      counters.counterResets += 1;
      warnings.add(devEui, `the frame counter restarted at ${frame.fCnt} without a join`);
    }
    if (frame.timeSource === 'reception')
      warnings.add(devEui, 'no clock of the frame is plausible: reception time is used');
    return { stored, frame, device, profile };
  }
}

function done(stored: StoredFrame): Outcome {
  return { inboxId: stored.id, tenant: '', entities: [], notes: [] };
}

function quarantined(stored: StoredFrame, reason: QuarantineReason, message: string): Outcome {
  return { ...done(stored), notes: [{ inboxId: stored.id, reason, message }] };
}
