import { decodeCayenneLpp } from '../codecs/cayenne-lpp.ts';
import type { CodecInput, CodecOutcome } from '../codecs/codec.ts';
import type { CodecPool } from '../codecs/codec-pool.ts';
import type { QuarantineReason } from '../frames/counters.ts';
import { hopsOf } from '../frames/notification-hops.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import type { QuarantineNote } from '../inbox/quarantine.ts';
import { isFirstTry } from '../inbox/stored-frame.ts';
import type { DeviceReportMemory } from '../mapping/device-report.ts';
import { deviceEntityId, freshReportMemory, reportDevice, staticIsDue } from '../mapping/device-report.ts';
import { MappingError } from '../mapping/entity-mapper.ts';
import type { DeliveryContext } from './delivery-context.ts';
import type { Admitted, Outcome } from './outcome.ts';
import { haveOnlyReceptionTime } from './time-runs.ts';

interface Decoding {
  /** Accepts frames. Their outcomes are passed to `onOutcomes`, in order for each device. */
  push(frames: readonly Admitted[]): void;
  /** Clears the memory of last reports, because another process may have received newer ones. */
  forget(): void;
}

const DECODED_AT_ONCE = 128;

/** One lane for each codec, so that a slow one delays only its own devices. */
export function createDecoding(
  delivery: DeliveryContext,
  onOutcomes: (outcomes: readonly Outcome[]) => void,
): Decoding {
  const lanes = new Map<string, Admitted[]>();
  const memories = new Map<string, DeviceReportMemory>();

  const run = async (key: string, queue: Admitted[]): Promise<void> => {
    while (queue.length > 0) {
      const batch = queue.splice(0, DECODED_AT_ONCE);
      const decoded = await decodeFrames(delivery.codecs, batch);
      onOutcomes(batch.map((work, index) => outcomeOf(delivery, work, decoded[index], memories)));
    }
    lanes.delete(key);
  };

  return {
    forget: () => memories.clear(),
    push(frames) {
      delivery.samples.take(frames);
      delivery.receptions.take(frames);
      const started = new Map<string, Admitted[]>();
      for (const work of frames) {
        const key = needsCodec(work) ? (work.profile.codecSha256 ?? '') : '';
        const queue = lanes.get(key) ?? started.get(key) ?? [];
        queue.push(work);
        if (!lanes.has(key)) started.set(key, queue);
      }
      for (const [key, queue] of started) {
        lanes.set(key, queue);
        void run(key, queue);
      }
    },
  };
}

/** Excludes ports for MAC commands, network packages (clock, multicast, firmware) and certification. */
function isApplicationPort(fPort: number | null): boolean {
  return fPort === null || (fPort > 0 && fPort < 224 && !(fPort >= 199 && fPort <= 202));
}

export function carriesMeasurements(frame: UplinkFrame): boolean {
  return frame.kind === 'data' && isApplicationPort(frame.fPort);
}

type Decodable = Pick<Admitted, 'frame' | 'device' | 'profile'>;

function needsCodec({ frame, profile }: Decodable): boolean {
  return (
    profile.profile.decoder === undefined &&
    profile.codecSha256 !== undefined &&
    frame.payload.length > 0 &&
    carriesMeasurements(frame)
  );
}

/** Frames of one codec; undefined: no decoding needed. */
export async function decodeFrames(
  codecs: CodecPool,
  batch: readonly Decodable[],
): Promise<(CodecOutcome | undefined)[]> {
  if (batch.some(({ profile }) => profile.profile.decoder !== undefined)) {
    return batch.map(({ frame, profile }) =>
      profile.profile.decoder === undefined || frame.payload.length === 0 || !carriesMeasurements(frame)
        ? undefined
        : decodeCayenneLpp(frame.payload),
    );
  }
  const [first] = batch;
  const source = first?.profile.profile.codec;
  if (first === undefined || source === undefined || !needsCodec(first)) return [];
  return codecs.decode(
    source,
    batch.map(
      ({ frame, device }): CodecInput => ({
        bytes: frame.payload,
        fPort: frame.fPort,
        recvTime: frame.time,
        ...(device.settings === undefined ? {} : { variables: device.settings }),
      }),
    ),
  );
}

function outcomeOf(
  { commands, counters, warnings }: DeliveryContext,
  work: Admitted,
  decoded: CodecOutcome | undefined,
  memories: Map<string, DeviceReportMemory>,
): Outcome {
  const { stored, frame, device, profile } = work;
  const note = (reason: QuarantineReason, message: string, decoded?: QuarantineNote['decoded']): QuarantineNote => ({
    inboxId: stored.id,
    reason,
    message,
    devEui: device.devEui,
    profile: device.profile,
    ...(profile.codecSha256 === undefined ? {} : { codecSha256: profile.codecSha256 }),
    ...(decoded && { decoded }),
  });
  const { id: inboxId, body, trace } = stored;
  const common = { inboxId, devEui: device.devEui, tenant: device.tenant ?? '', hops: hopsOf(body), trace };

  if (decoded !== undefined && 'fault' in decoded) {
    const reason = decoded.fault === 'timeout' ? 'decode_timeout' : 'decode_error';
    const message = decoded.fault === 'decode error' ? decoded.message : `${decoded.fault}: ${decoded.message}`;
    return { ...common, entities: [], notes: [note(reason, message)] };
  }
  const notes: QuarantineNote[] = [];
  if (decoded?.errors !== undefined) {
    const { data, warnings, errors } = decoded;
    notes.push(note('decode_error', errors.join('; '), { data, warnings }));
    if (profile.profile.deliverDespiteErrors !== true) return { ...common, entities: [], notes };
  }
  for (const warning of decoded?.warnings ?? frame.upstreamWarnings ?? []) warnings.add(device.devEui, warning);
  if (decoded === undefined && frame.upstreamErrors !== undefined && frame.upstreamDecoded === undefined) {
    const message = `the network server could not decode: ${frame.upstreamErrors.join('; ')}`;
    return { ...common, entities: [], notes: [note('upstream_decode_error', message)] };
  }
  const data = decoded?.data ?? (carriesMeasurements(frame) ? frame.upstreamDecoded : undefined);
  if (data === undefined && carriesMeasurements(frame) && frame.payload.length > 0) {
    const message = `profile "${device.profile}" has no codec and the network server decoded nothing`;
    return { ...common, entities: [], notes: [note('no_codec', message)] };
  }

  let memory = memories.get(device.devEui);
  if (memory === undefined) {
    memory = freshReportMemory();
    memories.set(device.devEui, memory);
  }
  if (data !== undefined) commands.observe(frame, data);
  const measured = data !== undefined && Object.keys(data).length > 0;
  if (!measured) counters.heartbeats += 1;
  try {
    const withStatic = measured && staticIsDue(memory, frame);
    const { entities, dropped } = measured
      ? profile.map(device, frame, data, withStatic)
      : { entities: [], dropped: [] };
    for (const { message, implausible } of dropped) {
      warnings.add(device.devEui, message);
      if (implausible) notes.push(note('implausible', message));
    }
    const own = entities.find(({ id }) => id === deviceEntityId(device.devEui));
    const others = entities.filter((entity) => entity !== own);
    const report = reportDevice(device, frame, own, withStatic, memory);
    const all = report === undefined ? others : [...others, report];
    const isOfReception =
      frame.timeSource === 'reception' && isFirstTry(stored) && haveOnlyReceptionTime(all, frame.receivedAt);
    return { ...common, entities: all, isOfReception, notes };
  } catch (cause) {
    if (!(cause instanceof MappingError)) throw cause;
    return { ...common, entities: [], notes: [...notes, note('mapping_error', cause.message)] };
  }
}
