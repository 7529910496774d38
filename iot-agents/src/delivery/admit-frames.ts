import { readDeviceAddress } from '../fiware/device-message.ts';
import type { QuarantineReason } from '../frames/counters.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';
import { readSourceMessage } from '../inbox/source-message.ts';
import type { StoredFrame } from '../inbox/stored-frame.ts';
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
}

interface Read {
  readonly stored: StoredFrame;
  readonly frame: UplinkFrame;
}

/**
 * Parses frames, finds their devices, and detects duplicates. Rejects if the database does not answer.
 * Longer than 80 lines: one pass over a batch, step after step.
 */
export async function admitFrames(
  { db, registry, connections, fiwareMeasures, commands, counters, warnings }: DeliveryContext,
  { routes }: { readonly routes: DownlinkRoutes },
  progress: Map<string, DeviceProgress>,
  frames: readonly StoredFrame[],
): Promise<Admissions> {
  const settled: Outcome[] = [];
  const read: Read[] = [];
  for (const stored of frames) {
    const { topic, body, receivedAt } = stored;
    const harvested = readSourceMessage(topic, body);
    if (harvested !== undefined) {
      settled.push({ ...done(stored), ...harvested });
      continue;
    }
    const connection = connections.of(topic);
    const address = connection === undefined ? readDeviceAddress(topic) : undefined;
    if (address !== undefined) {
      settled.push(await fiwareMeasures.outcomeOf(stored, address));
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
  const events = read.map(({ frame }) => frame).filter(({ downlink }) => downlink !== undefined);
  if (events.length > 0) await commands.takeDownlinkEvents(events);
  const unread = [...devEuis].filter((devEui) => !progress.has(devEui) && registry.device(devEui) !== undefined);
  if (unread.length > 0) {
    await loadProgress(db, unread, progress);
    for (const devEui of unread) if (!progress.has(devEui)) progress.set(devEui, NO_PROGRESS);
  }

  const admitted: Admitted[] = [];
  for (const { stored, frame } of read) {
    const outcome = decide(stored, frame);
    if ('device' in outcome) admitted.push(outcome);
    else settled.push(outcome);
  }
  await routes.learn(admitted);
  return { admitted, settled };

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
