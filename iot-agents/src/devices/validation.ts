import type { ErrorObject } from 'ajv';
import { Ajv } from 'ajv';
import { codecHash } from '../codecs/codec-pool.ts';
import { eui } from '../frames/json-values.ts';
import { RegistryError } from '../frames/registry-error.ts';
import type { Device, DeviceProfile } from '../mapping/device-profile.ts';
import { compiledAt, MappingError } from '../mapping/entity-mapper.ts';
import { compileCommands } from '../mapping/profile-commands.ts';
import { compileProfile } from '../mapping/profile-mapper.ts';
import { compileSilence } from '../mapping/silence-mapper.ts';
import type { Connection, ConnectionSecrets } from './connection.ts';
import { EXPRESSION, NAME, PROFILE } from './profile-schema.ts';
import type { SchemaCheck } from './schema-check.ts';
import { schemaCheck } from './schema-check.ts';

const HEADER = { type: 'string', pattern: '^[A-Za-z0-9-]{1,64}$' } as const;

export const TENANT = { type: 'string', pattern: '^[A-Za-z0-9_-]{0,64}$' } as const;

const DEVICE = {
  type: 'object',
  required: ['devEui', 'profile'],
  additionalProperties: false,
  properties: {
    devEui: { type: 'string', pattern: '^[0-9a-f]{16}$' },
    profile: NAME,
    asset: { type: 'string', pattern: '^[A-Za-z][A-Za-z0-9+.-]*:[^\\s<>"]+$' },
    settings: { type: 'object' },
    tenant: TENANT,
  },
} as const;

export const POINTER = { type: 'string', pattern: '^(/.*)?$', maxLength: 256 } as const;

const CONNECTION = {
  type: 'object',
  required: ['id', 'name'],
  additionalProperties: false,
  properties: {
    id: { ...NAME, pattern: '^[A-Za-z0-9._-]+$' },
    name: NAME,
    topics: { type: 'array', items: { type: 'string', pattern: '^[^$\\s][^\\s]*$', maxLength: 256 }, maxItems: 20 },
    secret: { type: 'string', minLength: 8, maxLength: 256 },
    asKey: { type: 'string', minLength: 8, maxLength: 256 },
    signatureKey: { type: 'string', minLength: 16, maxLength: 512 },
    downlinkHeaders: {
      type: 'object',
      maxProperties: 10,
      propertyNames: { pattern: '^[A-Za-z0-9-]{1,64}$' },
      additionalProperties: { type: 'string', pattern: '^[ -~]{1,4096}$' },
    },
    downlink: {
      type: 'object',
      required: ['url'],
      additionalProperties: false,
      properties: {
        url: { type: 'string', pattern: '^https?://[^/\\s]', maxLength: 2000 },
        body: EXPRESSION,
        asId: { type: 'string', minLength: 1, maxLength: 256 },
      },
    },
    graceS: { type: 'integer', minimum: 0, maximum: 2_592_000 },
    signature: {
      type: 'object',
      required: ['header'],
      additionalProperties: false,
      properties: {
        header: HEADER,
        prefix: { type: 'string', maxLength: 64 },
        algorithm: { enum: ['sha1', 'sha256', 'sha512'] },
        encoding: { enum: ['hex', 'base64'] },
        timestampHeader: HEADER,
        toleranceS: { type: 'integer', minimum: 1, maximum: 86_400 },
      },
    },
    pointers: {
      type: 'object',
      required: ['devEui'],
      additionalProperties: false,
      properties: {
        devEui: POINTER,
        payload: POINTER,
        payloadEncoding: { enum: ['hex', 'base64', 'bytes'] },
        decoded: POINTER,
        fPort: POINTER,
        fCnt: POINTER,
        time: POINTER,
        timeFormat: { enum: ['iso', 'epoch-s', 'epoch-ms'] },
        rssi: POINTER,
        snr: POINTER,
        dedupKey: POINTER,
      },
    },
  },
} as const;

const ajv = new Ajv({ verbose: true, strictTypes: false });
const isProfile: SchemaCheck<DeviceProfile> = schemaCheck(ajv, PROFILE);
const isDevice: SchemaCheck<Device> = schemaCheck(ajv, DEVICE);
const isConnection: SchemaCheck<Connection & ConnectionSecrets> = schemaCheck(ajv, CONNECTION);

/** @throws RegistryError WRONG_SYNTAX */
export function readConnection(value: unknown): { connection: Connection; secrets: ConnectionSecrets } {
  if (!isConnection(value)) throw wrongSyntax(isConnection.errors, 'the connection');
  const { secret, asKey, signatureKey, downlinkHeaders, graceS, ...connection } = value;
  const { url, body } = connection.downlink ?? {};
  if (url !== undefined && !URL.canParse(url.replaceAll(/[{}]/g, ''))) {
    throw new RegistryError('WRONG_SYNTAX', `downlink.url is "${url}", expected an address`);
  }
  try {
    if (body !== undefined) compiledAt(body, 'downlink.body');
  } catch (cause) {
    if (!(cause instanceof MappingError)) throw cause;
    throw new RegistryError('WRONG_SYNTAX', cause.message);
  }
  const given = { secret, asKey, signatureKey, downlinkHeaders, graceS };
  const secrets = Object.entries(given).filter(([, each]) => each !== undefined);
  return { connection, secrets: Object.fromEntries(secrets) };
}

/** @throws RegistryError WRONG_SYNTAX, also for invalid JEXL */
export function readProfile(value: unknown, where = ''): DeviceProfile {
  if (!isProfile(value)) throw wrongSyntax(isProfile.errors, where || 'the profile');
  const { codec, codecSha256, examples } = value;
  const at = where === '' ? '' : `${where}.`;
  if (codec === undefined && (codecSha256 !== undefined || examples !== undefined)) {
    const member = examples === undefined ? 'codecSha256' : 'examples';
    throw new RegistryError('WRONG_SYNTAX', `${at}${member} is given without a codec`);
  }
  if (codec !== undefined && codecSha256 !== undefined && codecSha256 !== codecHash(codec)) {
    const message = `${at}codecSha256 is ${codecSha256}, expected that of the codec, ${codecHash(codec)}`;
    throw new RegistryError('WRONG_SYNTAX', message);
  }
  try {
    compileProfile(value);
    compileSilence(value);
    compileCommands(value.commands);
  } catch (cause) {
    if (cause instanceof MappingError) throw new RegistryError('WRONG_SYNTAX', `${at}${cause.message}`);
    throw cause;
  }
  return value;
}

/** Accepts a devEui in any usual spelling. @throws RegistryError WRONG_SYNTAX */
export function readDevice(value: unknown, where = ''): Device {
  const spelled = typeof value === 'object' && value !== null && 'devEui' in value ? eui(value.devEui) : undefined;
  const device: unknown = spelled === undefined ? value : { ...(value as object), devEui: spelled };
  if (!isDevice(device)) throw wrongSyntax(isDevice.errors, where || 'the device');
  return device;
}

export function wrongSyntax(errors: ErrorObject[] | null | undefined, where: string): RegistryError {
  const [error] = errors ?? [];
  if (error === undefined) return new RegistryError('WRONG_SYNTAX', `${where} is not valid`);
  const path = error.instancePath.replace(/\/(\d+)/g, '[$1]').replace(/\//g, '.');
  const got = JSON.stringify(error.data)?.slice(0, 200) ?? 'nothing';
  const extra = error.keyword === 'additionalProperties' ? ` "${error.params.additionalProperty}"` : '';
  const expected = error.keyword === 'enum' ? ` ${JSON.stringify(error.params.allowedValues)}` : '';
  return new RegistryError('WRONG_SYNTAX', `${where}${path} ${error.message}${extra}${expected}, got ${got}`);
}
