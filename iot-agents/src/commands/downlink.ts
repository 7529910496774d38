import type { CodecPool } from '../codecs/codec-pool.ts';
import type { Database, Queryable } from '../database.ts';
import type { Device } from '../devices/device.ts';
import type { CompiledProfile } from '../devices/registry.ts';
import { RegistryError } from '../devices/validation.ts';
import { evaluated } from '../mapping/entity-mapper.ts';
import { hex, isObject } from '../transports/envelope.ts';
import type { UplinkFrame } from '../transports/uplink-frame.ts';
import type { CommandMessage } from './command.ts';
import type { CompiledCommand } from './profile-commands.ts';

const REMEMBER = `
  INSERT INTO iot.downlink_route (dev_eui, lns, topic, f_port)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[])
  ON CONFLICT (dev_eui) DO UPDATE SET lns = excluded.lns, topic = excluded.topic, f_port = excluded.f_port`;
const ROUTE = 'SELECT lns, topic, f_port FROM iot.downlink_route WHERE dev_eui = $1';

/** Where a device's downlinks go, as its uplinks tell. */
export interface DownlinkRoute {
  readonly lns: string;
  readonly topic: string;
  readonly fPort: number | null;
}

const LONGEST_PAYLOAD = 222;

/** Undefined: the uplink came a way that leads nowhere back. */
export function routeOf(topic: string, frame: UplinkFrame): DownlinkRoute | undefined {
  const { lns, fPort } = frame;
  if (lns === 'ttn-v3') {
    const prefix = /^(.*v3\/[^/]+\/devices\/[^/]+)\/up$/.exec(topic)?.[1];
    return prefix === undefined ? undefined : { lns, topic: `${prefix}/down/push`, fPort };
  }
  if (lns !== 'chirpstack-v4' && lns !== 'chirpstack-v3') return undefined;
  const prefix = /^(.*application\/[^/]+\/device\/[^/]+)\/event\//.exec(topic)?.[1];
  const known = prefix ?? (frame.applicationId && `application/${frame.applicationId}/device/${frame.devEui}`);
  return known === undefined ? undefined : { lns, topic: `${known}/command/down`, fPort };
}

export async function rememberRoutes(db: Queryable, routes: ReadonlyMap<string, DownlinkRoute>): Promise<void> {
  const all = [...routes.values()];
  await db.query({
    text: REMEMBER,
    values: [
      [...routes.keys()],
      all.map(({ lns }) => lns),
      all.map(({ topic }) => topic),
      all.map(({ fPort }) => fPort),
    ],
  });
}

/** The downlink that tells a device this. @throws RegistryError it can't be made, or leads nowhere */
export async function downlinkMessage(
  { db, codecs }: { readonly db: Database; readonly codecs: CodecPool },
  {
    device,
    profile,
    command,
    value,
    id,
    deadlineMs,
  }: {
    readonly device: Device;
    readonly profile: CompiledProfile;
    readonly command: CompiledCommand;
    readonly value: unknown;
    readonly id: string;
    readonly deadlineMs: number;
  },
): Promise<CommandMessage> {
  const { definition } = command;
  const { rows } = await db.query<{ lns: string; topic: string; f_port: number | null }>({
    text: ROUTE,
    values: [device.devEui],
  });
  const [route] = rows;
  if (route === undefined) {
    throw new RegistryError(
      'NO_DOWNLINK_ROUTE',
      `no uplink of ${device.devEui} has come over MQTT from a network server that takes downlinks`,
    );
  }
  const given = evaluated(command.payload, { device, value }, `the payload of ${definition.name}`);
  const { bytes, fPort } = isObject(given)
    ? await encoded(codecs, profile, device, given, definition.fPort)
    : { bytes: hex(given, `the payload of ${definition.name}`), fPort: undefined };
  if (bytes.length > LONGEST_PAYLOAD) {
    throw new RegistryError(
      'ENCODE_ERROR',
      `the payload has ${bytes.length} bytes, expected at most ${LONGEST_PAYLOAD}`,
    );
  }
  const port = definition.fPort ?? fPort ?? route.f_port;
  if (port === null || port < 1 || port > 223) {
    throw new RegistryError('ENCODE_ERROR', `fPort is ${port}, expected 1..223: name it in the command`);
  }
  const confirmed = definition.confirmed === true;
  const data = Buffer.from(bytes).toString('base64');
  const payload =
    route.lns === 'ttn-v3'
      ? {
          downlinks: [
            { f_port: port, frm_payload: data, confirmed, priority: 'NORMAL', correlation_ids: [`cmd:${id}`] },
          ],
        }
      : {
          ...(route.lns === 'chirpstack-v4'
            ? { id, devEui: device.devEui, expiresAt: new Date(Date.now() + deadlineMs).toISOString() }
            : {}),
          confirmed,
          fPort: port,
          data,
        };
  return {
    way: 'downlink',
    topic: route.topic,
    payload: JSON.stringify(payload),
    confirmed,
    awaitsUplink: command.done !== undefined,
  };
}

async function encoded(
  codecs: CodecPool,
  { profile }: CompiledProfile,
  device: Device,
  data: Readonly<Record<string, unknown>>,
  fPort: number | undefined,
): Promise<{ bytes: Uint8Array; fPort: number | undefined }> {
  if (profile.codec === undefined) {
    throw new RegistryError('ENCODE_ERROR', `profile "${profile.id}" has no codec to encode with`);
  }
  const outcome = await codecs.encode(profile.codec, {
    data,
    fPort: fPort ?? null,
    ...(device.settings === undefined ? {} : { variables: device.settings }),
  });
  if ('fault' in outcome) throw new RegistryError('ENCODE_ERROR', `${outcome.fault}: ${outcome.message}`);
  const { bytes, fPort: port } = outcome.data;
  const isBytes = Array.isArray(bytes) && bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte <= 255);
  if (!isBytes) throw new RegistryError('ENCODE_ERROR', `bytes are ${JSON.stringify(bytes)}, expected numbers 0..255`);
  return { bytes: Uint8Array.from(bytes), fPort: typeof port === 'number' ? port : undefined };
}
