import type { CodecPool } from '../codecs/codec-pool.ts';
import type { Database, Queryable } from '../database.ts';
import type { Connection, Connections } from '../devices/connection.ts';
import type { CompiledProfile } from '../devices/registry.ts';
import { hex, isObject } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';
import type { UplinkFrame } from '../frames/uplink-frame.ts';
import type { Device } from '../mapping/device-profile.ts';
import { compiledAt, evaluated } from '../mapping/entity-mapper.ts';
import type { CompiledCommand } from '../mapping/profile-commands.ts';
import type { Downlink } from '../network-servers/network-server.ts';
import { base64Of, hexOf } from '../network-servers/network-server.ts';
import { networkServer } from '../network-servers/table.ts';
import type { CommandMessage } from './command.ts';

const REMEMBER = `
  INSERT INTO iot.downlink_route (dev_eui, lns, topic, f_port)
  SELECT * FROM unnest($1::text[], $2::text[], $3::text[], $4::int[])
  ON CONFLICT (dev_eui) DO UPDATE SET lns = excluded.lns, topic = excluded.topic, f_port = excluded.f_port`;
const ROUTE = 'SELECT lns, topic, f_port FROM iot.downlink_route WHERE dev_eui = $1';

/** Where a device's downlinks go, learned from its uplinks. */
export interface DownlinkRoute {
  readonly lns: string;
  /**
   * The topic to publish on; or `lns:<id>/<device>`: the connection with its API, and the server's name of the device.
   */
  readonly topic: string;
  readonly fPort: number | null;
}

const LONGEST_PAYLOAD = 222;
const BY_CONNECTION = /^lns:([^/]+)\/(.*)$/;

/** Undefined: there is no way back for this kind of uplink. */
export function routeOf(
  topic: string,
  frame: UplinkFrame,
  connection?: Pick<Connection, 'id' | 'downlink'>,
): DownlinkRoute | undefined {
  const { lns, fPort, deviceId } = frame;
  if (connection?.downlink !== undefined) return { lns, topic: `lns:${connection.id}/${deviceId}`, fPort };
  const back = networkServer(lns)?.downlinkTopic?.(topic, frame);
  return back === undefined ? undefined : { lns, topic: back, fPort };
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

/** Builds the downlink for a device. @throws RegistryError it can't be built, or has no route */
export async function downlinkMessage(
  { db, codecs, connections }: DownlinkParts,
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
      `no uplink of ${device.devEui} came over a route that supports downlinks: MQTT from a network server that accepts downlinks, or a connection with a downlink target`,
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
  const common = { way: 'downlink', confirmed, awaitsUplink: command.done !== undefined } as const;
  const [, connectionId, deviceId] = BY_CONNECTION.exec(route.topic) ?? [];
  const downlink = { id, devEui: device.devEui, deviceId: deviceId ?? '', fPort: port, bytes, confirmed, deadlineMs };
  if (connectionId !== undefined) {
    const connection = connections.get(connectionId);
    if (connection?.downlink === undefined) {
      throw new RegistryError('NO_DOWNLINK_ROUTE', `connection "${connectionId}" no longer has a downlink target`);
    }
    return { ...common, ...postedDownlink(route.lns, connection.downlink, downlink), connection: connectionId };
  }
  const payload = networkServer(route.lns)?.publishedDownlink?.(downlink);
  return { ...common, topic: route.topic, payload: JSON.stringify(payload) };
}

interface DownlinkParts {
  readonly db: Database;
  readonly codecs: CodecPool;
  readonly connections: Pick<Connections, 'get'>;
}

/**
 * The downlink to post to an API. @throws RegistryError the network server's own form is unknown and the connection
 * defines none
 */
function postedDownlink(
  lns: string,
  { url, body }: NonNullable<Connection['downlink']>,
  downlink: Downlink,
): { topic: string; payload: string; isLast: boolean } {
  const { devEui, deviceId, bytes, fPort, confirmed, id } = downlink;
  const names: Readonly<Record<string, string>> = { devEui, DEVEUI: devEui.toUpperCase(), deviceId };
  const target = new URL(
    url.replaceAll(/\{(devEui|DEVEUI|deviceId)\}/g, (_, name) => encodeURIComponent(names[name] ?? '')),
  );
  const server = networkServer(lns);
  const isLast = server?.reportsDownlinks !== true;
  if (body !== undefined) {
    const variables = { ...names, id, fPort, confirmed, hex: hexOf(bytes), base64: base64Of(bytes), bytes: [...bytes] };
    const given = evaluated(compiledAt(body, 'downlink.body'), variables, 'downlink.body');
    return { topic: target.href, payload: typeof given === 'string' ? given : JSON.stringify(given ?? null), isLast };
  }
  const posted = server?.postedDownlink?.(downlink);
  if (posted === undefined) {
    const message = `how ${lns} takes downlinks is not known: the connection needs a downlink.body`;
    throw new RegistryError('NO_DOWNLINK_ROUTE', message);
  }
  if ('body' in posted) return { topic: target.href, payload: JSON.stringify(posted.body), isLast };
  for (const [name, value] of posted.parameters) target.searchParams.set(name, value);
  return { topic: target.href, payload: '', isLast };
}

async function encoded(
  codecs: CodecPool,
  { profile }: CompiledProfile,
  device: Device,
  data: Readonly<Record<string, unknown>>,
  fPort: number | undefined,
): Promise<{ bytes: Uint8Array; fPort: number | undefined }> {
  if (profile.codec === undefined) {
    throw new RegistryError('ENCODE_ERROR', `profile "${profile.id}" has no codec for encoding`);
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
