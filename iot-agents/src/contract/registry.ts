import { byName, contract, flag, media, object, Type, text, type Value } from '@alzette/kit/contract';
import { REGISTRY } from './paths.ts';
import { Count, Instant, PAGE } from './schemas.ts';

// Profiles, devices and connections are checked by parsers of their own, whose messages name a place in the document.
const Profile = Type.Object({
  id: Type.String(),
  name: Type.String(),
  codec: Type.Optional(Type.String({ description: 'JavaScript' })),
  decoder: Type.Optional(Type.String()),
  examples: Type.Optional(Type.Array(Type.Unknown())),
  entities: Type.Optional(
    Type.Array(
      Type.Object({
        type: Type.String(),
        id: Type.String(),
        attributes: Type.Optional(
          Type.Array(
            Type.Object({
              name: Type.String(),
              type: Type.Optional(Type.Enum(['Property', 'GeoProperty', 'Relationship'])),
              value: Type.Optional(Type.Unknown()),
              unitCode: Type.Optional(Type.Unknown()),
            }),
          ),
        ),
      }),
    ),
  ),
});
const Device = Type.Object({
  devEui: Type.String(),
  profile: Type.String(),
  asset: Type.Optional(Type.String()),
  settings: Type.Optional(byName(Type.Unknown())),
});
export type GivenProfile = Value<typeof Profile>;
export type GivenDevice = Value<typeof Device>;
const GivenProfile = Type.Unsafe<GivenProfile>({ type: 'object' });
const GivenDevice = Type.Unsafe<GivenDevice>({ type: 'object' });
const Document = Type.Unsafe<object>({ type: 'object' });

const Connection = Type.Object({ id: Type.String(), name: Type.String() });
const MqttAddress = Type.Object({
  host: Type.Optional(Type.String({ description: 'Absent: the host of the page' })),
  port: Type.Integer(),
  tls: Type.Boolean(),
  webSocketPath: Type.Optional(Type.String()),
});
const Credential = Type.Object({ username: Type.String() });
const ImportReport = Type.Object({ devices: Type.Optional(Type.Array(Type.Unknown())) });
const PreviewedFrame = Type.Object({
  receivedAt: Instant,
  time: Type.Optional(Type.String()),
  networkServer: Type.Optional(Type.String()),
  fPort: Type.Optional(Type.Union([Type.Integer(), Type.Null()])),
  payload: Type.Optional(Type.String()),
  decoded: Type.Optional(byName(Type.Unknown())),
  warnings: Type.Array(Type.String()),
  fault: Type.Optional(Type.Object({ reason: Type.String(), message: Type.String() })),
  entities: Type.Array(byName(Type.Unknown())),
  dropped: Type.Array(Type.String()),
});

const ALL = { access: 'administerAll' } as const;
const BY_ID = { ...ALL, params: { id: text({ max: 1000 }) } } as const;
const BY_EUI = { ...ALL, params: { devEui: text({ max: 1000 }) } } as const;
const BY_NAME = { ...ALL, params: { username: text({ max: 1000 }) }, audited: { values: 'above' } } as const;
const CHANGED = { audited: { values: 'route' }, answers: { 204: null } } as const;
const LISTED = { audited: { values: 'above' }, answers: { 204: null } } as const;
const PROFILE = { id: 'lamp', name: 'Lamp', decoder: 'cayenne-lpp', entities: [] };
const DEVICE = { devEui: '70b3d57ed0000001', profile: 'lamp', asset: 'urn:ngsi-ld:Streetlight:1' };

/** Device profiles, devices, and connections to network servers. */
export const registryContract = contract(REGISTRY, {
  profiles: {
    ...ALL,
    summary: 'Device profiles, which map device messages to attributes',
    query: PAGE,
    answers: { 200: object({ count: Count, profiles: Type.Array(Profile) }) },
  },
  createProfile: {
    ...ALL,
    audited: { values: 'body' },
    summary: 'Adds a device profile',
    body: GivenProfile,
    answers: { 201: Profile },
    example: { body: PROFILE },
  },
  profile: { ...BY_ID, summary: 'One device profile', answers: { 200: Profile } },
  saveProfile: {
    ...BY_ID,
    ...CHANGED,
    summary: 'Adds or replaces a device profile',
    body: GivenProfile,
    example: { params: { id: PROFILE.id }, body: PROFILE },
  },
  deleteProfile: { ...BY_ID, ...CHANGED, summary: 'Deletes a device profile that no device uses' },
  devices: {
    ...ALL,
    summary: 'Devices of LoRaWAN and other networks',
    query: PAGE,
    answers: { 200: object({ count: Count, devices: Type.Array(Device) }) },
  },
  createDevices: {
    ...ALL,
    audited: { values: 'body' },
    summary: 'Adds devices',
    body: Type.Unsafe<GivenDevice | { readonly devices: readonly GivenDevice[] }>({ type: 'object' }),
    answers: { 201: object({}) },
    example: { body: DEVICE },
  },
  device: { ...BY_EUI, summary: 'One device', answers: { 200: Device } },
  saveDevice: {
    ...BY_EUI,
    ...CHANGED,
    summary: 'Adds or replaces a device',
    body: GivenDevice,
    example: { params: { devEui: DEVICE.devEui }, body: DEVICE },
  },
  deleteDevice: { ...BY_EUI, ...CHANGED, summary: 'Deletes a device' },
  importDevices: {
    ...ALL,
    summary: 'Adds or replaces a device for each line of a CSV file (text/csv)',
    query: { profile: text(), tenant: text(), dryRun: flag() },
    body: media('text/csv', 'text/plain'),
    answers: { 200: ImportReport },
  },
  scanDevices: {
    ...ALL,
    summary: 'Adds or replaces a device for each QR code (LoRaWAN TR005)',
    query: { dryRun: flag() },
    body: Type.Object({ codes: Type.Array(Type.String()) }),
    answers: { 200: ImportReport },
    example: { body: { codes: ['LW:D0:70B3D57ED0000000:70B3D57ED0000001:00000000'] } },
  },
  connections: {
    ...ALL,
    summary: 'Connections to network servers, for uplinks and downlinks',
    query: PAGE,
    answers: { 200: object({ count: Count, connections: Type.Array(Connection) }) },
  },
  saveConnection: {
    ...BY_ID,
    ...LISTED,
    summary: 'Adds or replaces a connection to a network server; its secrets are never returned',
    body: Document,
    example: { params: { id: 'chirpstack' }, body: { name: 'ChirpStack' } },
  },
  deleteConnection: { ...BY_ID, ...LISTED, summary: 'Deletes a connection to a network server' },
  mqtt: {
    ...ALL,
    summary: 'The MQTT addresses for network servers: host, port and protection',
    answers: { 200: object({ addresses: Type.Array(MqttAddress) }) },
  },
  credentials: {
    ...ALL,
    summary: 'Credentials of MQTT clients, without their passwords',
    answers: { 200: object({ count: Count, credentials: Type.Array(Credential) }) },
  },
  saveCredential: {
    ...BY_NAME,
    summary: 'Adds or replaces the credential of an MQTT client',
    body: Document,
    answers: { 204: null },
    example: { params: { username: 'chirpstack' }, body: { password: 'a long password of its own' } },
  },
  deleteCredential: { ...BY_NAME, summary: 'Deletes the credential of an MQTT client', answers: { 204: null } },
  preview: {
    ...ALL,
    summary: 'Previews what a device profile makes of given, pending or stored frames',
    body: Type.Unsafe<{
      readonly profile: string | GivenProfile;
      readonly device?: Partial<GivenDevice>;
      readonly frames?: readonly object[];
    }>({ type: 'object' }),
    answers: { 200: object({ count: Count, frames: Type.Array(PreviewedFrame) }) },
    example: { body: { profile: PROFILE, device: DEVICE } },
  },
});

export type RegistryContract = typeof registryContract;
export type MqttAddress = Value<typeof MqttAddress>;
export type PreviewedFrame = Value<typeof PreviewedFrame>;
