import { isDeepStrictEqual } from 'node:util';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import type { CodecPool } from '../codecs/codec-pool.ts';
import type { Connections } from '../devices/connection.ts';
import type { CompiledProfile } from '../devices/registry.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import { EnvelopeError } from '../frames/uplink-frame.ts';
import type { Device } from '../mapping/device-profile.ts';
import { deviceEntityId, freshReportMemory, reportDevice } from '../mapping/device-report.ts';
import { MappingError } from '../mapping/entity-mapper.ts';
import { readUplink } from '../network-servers/read-uplink.ts';
import { carriesMeasurements, decodeFrames } from './decode-frames.ts';
import type { Sample } from './samples.ts';

/** What a profile makes of one message. */
interface Preview {
  readonly devEui?: string;
  readonly receivedAt: string;
  readonly topic: string;
  /** The frame's own time. */
  readonly time?: string;
  readonly networkServer?: string;
  readonly kind?: string;
  readonly fPort?: number | null;
  readonly fCnt?: number | null;
  /** Hexadecimal. */
  readonly payload?: string;
  readonly decoded?: Readonly<Record<string, unknown>>;
  readonly warnings: readonly string[];
  /** Why there is no result. */
  readonly fault?: { readonly reason: string; readonly message: string };
  /** Normalized, with the profile's terms. */
  readonly entities: readonly Entity[];
  /** Values that were left out, with the reason. */
  readonly dropped: readonly string[];
  /** With a second profile for comparison: whether its result differs. */
  readonly differs?: boolean;
}

interface Previewing {
  readonly codecs: CodecPool;
  readonly connections: Pick<Connections, 'of'>;
  /** The device of a frame; for an unknown one, as it would be registered. */
  readonly deviceOf: (devEui: string) => Device;
}

/** Processes messages with a profile without any effects. With `before`, compares with another profile. */
export async function previewProfile(
  previewing: Previewing,
  profile: CompiledProfile,
  samples: readonly Sample[],
  before?: CompiledProfile,
): Promise<Preview[]> {
  const previews = await previewAll(previewing, profile, samples);
  if (before === undefined) return previews;
  const others = await previewAll(previewing, before, samples);
  return previews.map((preview, index) => ({
    ...preview,
    differs: !isDeepStrictEqual(outcomeOf(preview), outcomeOf(others[index])),
  }));
}

function outcomeOf(preview: Preview | undefined): unknown[] {
  return [preview?.decoded, preview?.entities, preview?.fault, preview?.dropped];
}

async function previewAll(
  { codecs, connections, deviceOf }: Previewing,
  profile: CompiledProfile,
  samples: readonly Sample[],
): Promise<Preview[]> {
  return Promise.all(
    samples.map(async ({ receivedAt, topic, body }) => {
      const common = { receivedAt, topic, warnings: [], entities: [], dropped: [] };
      let frame: UplinkFrame;
      try {
        frame = readUplink(topic, body, receivedAt, connections.of(topic)?.pointers);
      } catch (cause) {
        if (!(cause instanceof EnvelopeError)) throw cause;
        return { ...common, fault: { reason: cause.reason, message: cause.message } };
      }
      return { ...common, ...shownFrame(frame), ...(await madeOf(codecs, profile, frame, deviceOf)) };
    }),
  );
}

function shownFrame(frame: UplinkFrame): Partial<Preview> {
  return {
    ...(frame.devEui === undefined ? {} : { devEui: frame.devEui }),
    time: frame.time,
    networkServer: frame.lns,
    kind: frame.kind,
    fPort: frame.fPort,
    fCnt: frame.fCnt,
    payload: Buffer.from(frame.payload).toString('hex'),
  };
}

async function madeOf(
  codecs: CodecPool,
  profile: CompiledProfile,
  frame: UplinkFrame,
  deviceOf: Previewing['deviceOf'],
): Promise<Partial<Preview>> {
  if (frame.devEui === undefined) return { fault: { reason: 'unknown_device', message: 'the frame names no devEui' } };
  const device = deviceOf(frame.devEui);
  const [outcome] = await decodeFrames(codecs, [{ frame, device, profile }]);
  if (outcome !== undefined && 'fault' in outcome) {
    const reason = outcome.fault === 'timeout' ? 'decode_timeout' : 'decode_error';
    return { fault: { reason, message: `${outcome.fault}: ${outcome.message}` } };
  }
  if (outcome?.errors !== undefined && profile.profile.deliverDespiteErrors !== true) {
    const { data, warnings, errors } = outcome;
    return { decoded: data, warnings, fault: { reason: 'decode_error', message: errors.join('; ') } };
  }
  const decoded = outcome?.data ?? (carriesMeasurements(frame) ? frame.upstreamDecoded : undefined);
  const shown = { ...(decoded && { decoded }), warnings: outcome?.warnings ?? frame.upstreamWarnings ?? [] };
  if (decoded === undefined) {
    if (!carriesMeasurements(frame) || frame.payload.length === 0) return shown;
    const message = 'the profile has no codec and the network server decoded nothing';
    return { ...shown, fault: { reason: 'no_codec', message } };
  }
  try {
    const { entities, dropped } = profile.map(device, frame, decoded, true);
    const own = entities.find(({ id }) => id === deviceEntityId(device.devEui));
    const others = entities.filter((entity) => entity !== own);
    const report = reportDevice(device, frame, own, true, freshReportMemory());
    return {
      ...shown,
      entities: report === undefined ? others : [...others, report],
      dropped: dropped.map(({ message }) => message),
    };
  } catch (cause) {
    if (!(cause instanceof MappingError)) throw cause;
    return { ...shown, fault: { reason: 'mapping_error', message: cause.message } };
  }
}
