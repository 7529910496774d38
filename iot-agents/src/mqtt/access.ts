import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../database.ts';
import type { KeptSecret } from '../devices/secret.ts';
import { isSecret, keptSecret, sha256 } from '../devices/secret.ts';
import type { DeviceAddress } from '../fiware/device-message.ts';
import { readDeviceTopic } from '../fiware/device-message.ts';
import { coversTopic } from '../frames/topic-filter.ts';

/** Who may speak on the embedded MQTT broker. */
export interface MqttCredential {
  readonly username: string;
  /** The devices of this key, or `device` alone of them; absent with `topics`. */
  readonly apikey?: string;
  readonly device?: string;
  /** Topic filters to publish and subscribe on: of a network server's bridge. */
  readonly topics?: readonly string[];
  /** Measures by HTTP of its devices have to show a password too. */
  readonly http?: boolean;
}

/**
 * What a client may do: what its credential says; `open`: all, while nobody has been given a password and access is open;
 * `keys`: the same while access is enforced, what FIWARE's devices do that show their key in the topic.
 */
export type MqttRights = MqttCredential | 'open' | 'keys';

export interface MqttAccess {
  /** What these words are good for; undefined: no entry. */
  authenticate(username: string | undefined, password: string): MqttRights | undefined;
  /** The credential of this name, of who has shown a certificate for it. */
  certified(name: string): MqttCredential | undefined;
  /** Whether a measure by HTTP of this device may come with these secrets. */
  admitsRequest(apikey: string, device: string, secrets: readonly string[]): boolean;
  /** Whether the credential is as it was: neither taken away nor narrowed. */
  isCurrent(rights: MqttRights): boolean;
  /** A credential for publishers in this process, as long as it lives. */
  ownCredential(topics: readonly string[]): { readonly username: string; readonly password: string };
  /** Credentials have changed. */
  onChange(listener: () => void): void;
  list(): MqttCredential[];
  /** No password: a certificate is the only way in, or the password stays. `graceS`: how long the old one stands. */
  put(credential: MqttCredential, password: string | undefined, graceS: number): Promise<void>;
  /** False: there was none. */
  delete(username: string): Promise<boolean>;
  close(): Promise<void>;
}

const ALL = `
  SELECT username, password_sha256, document::text, previous_sha256, previous_until
  FROM iot.mqtt_credential ORDER BY username`;
const UPSERT = `
  INSERT INTO iot.mqtt_credential AS kept (username, password_sha256, document) VALUES ($1, coalesce($2::bytea, $5::bytea), $3::jsonb)
  ON CONFLICT (username) DO UPDATE SET
    document = excluded.document, modified_at = now(), password_sha256 = coalesce($2::bytea, kept.password_sha256),
    previous_sha256 = CASE WHEN $2::bytea IS NULL THEN kept.previous_sha256 ELSE kept.password_sha256 END,
    previous_until = CASE WHEN $2::bytea IS NULL THEN kept.previous_until ELSE now() + $4::float8 * interval '1 s' END`;
const DELETE = 'DELETE FROM iot.mqtt_credential WHERE username = $1';
const TELL = `SELECT pg_notify('iot_mqtt_credentials', '')`;

/** `withoutAny`: what clients without a credential may do, as long as nobody has been given one. Undefined: nothing. */
export async function openMqttAccess(db: Database, withoutAny: 'open' | 'keys' | undefined): Promise<MqttAccess> {
  const own = new Map<string, { readonly credential: MqttCredential; readonly secret: KeptSecret }>();
  let known = new Map<string, { credential: MqttCredential; secret: KeptSecret }>();
  /** Those that HTTP asks for, by key and device, or by key alone. */
  let guarded = new Map<string, KeptSecret[]>();
  const listeners: (() => void)[] = [];
  const load = async (): Promise<void> => {
    const { rows } = await db.query<{
      username: string;
      password_sha256: Uint8Array;
      document: string;
      previous_sha256: Uint8Array | null;
      previous_until: Date | null;
    }>({ text: ALL });
    known = new Map(
      rows.map((row) => [
        row.username,
        {
          // What stands in our tables was validated on its way in.
          credential: { ...JSON.parse(row.document), username: row.username } as MqttCredential,
          secret: keptSecret(row.password_sha256, row.previous_sha256, row.previous_until),
        },
      ]),
    );
    guarded = new Map();
    for (const { credential, secret } of known.values()) {
      if (credential.http !== true || credential.apikey === undefined) continue;
      const key = guardKey(credential.apikey, credential.device);
      guarded.set(key, [...(guarded.get(key) ?? []), secret]);
    }
    for (const listener of listeners) listener();
  };
  await load();
  const stopListening = await db.listen('iot_mqtt_credentials', () => void load().catch(() => undefined));
  const changed = async (): Promise<void> => {
    await db.query({ text: TELL });
    await load();
  };
  return {
    authenticate(username = '', password) {
      const found = own.get(username) ?? known.get(username);
      if (found !== undefined && isSecret(found.secret, password)) return found.credential;
      return known.size === 0 ? withoutAny : undefined;
    },
    certified: (name) => known.get(name)?.credential,
    admitsRequest(apikey, device, secrets) {
      const own = guarded.get(guardKey(apikey, device));
      const all = guarded.get(guardKey(apikey, undefined));
      if (own === undefined && all === undefined) return true;
      return [...(own ?? []), ...(all ?? [])].some((kept) => secrets.some((given) => isSecret(kept, given)));
    },
    isCurrent(rights) {
      if (typeof rights === 'string') return known.size === 0;
      const { credential } = own.get(rights.username) ?? known.get(rights.username) ?? {};
      return isDeepStrictEqual(credential, rights);
    },
    ownCredential(topics) {
      const username = `own-${randomBytes(8).toString('hex')}`;
      const password = randomBytes(32).toString('base64url');
      own.set(username, { credential: { username, topics }, secret: { sha256: sha256(password) } });
      return { username, password };
    },
    onChange(listener) {
      listeners.push(listener);
    },
    list: () => [...known.values()].map(({ credential }) => credential),
    async put({ username, ...document }, password, graceS) {
      const hash = password === undefined ? null : sha256(password);
      await db.query({ text: UPSERT, values: [username, hash, JSON.stringify(document), graceS, randomBytes(32)] });
      await changed();
    },
    async delete(username) {
      const { rowCount } = await db.query({ text: DELETE, values: [username] });
      await changed();
      return rowCount > 0;
    },
    close: stopListening,
  };
}

function guardKey(apikey: string, device: string | undefined): string {
  return `${apikey} ${device ?? ''}`;
}

const DOWN = /^\/?(?:(?:json|ul)\/)?([^/]+)\/([^/]+)\/(?:cmd|configuration\/values)$/;

/** Whether the topic is one of the client's own to publish on. */
export function mayPublish(rights: MqttRights, topic: string): boolean {
  if (rights === 'open') return true;
  const address = readDeviceTopic(topic);
  if (rights === 'keys') return address !== undefined;
  return (address !== undefined && isOwn(rights, address)) || inTopics(rights, topic);
}

/** Whether the filter asks for nothing but the client's own topics: a device's has no wildcards. */
export function maySubscribe(rights: MqttRights, filter: string): boolean {
  if (rights === 'open') return true;
  const [, apikey, deviceId] = DOWN.exec(filter) ?? [];
  const isOfDevice = apikey !== undefined && deviceId !== undefined && !/[+#]/.test(filter);
  if (rights === 'keys') return isOfDevice;
  if (inTopics(rights, filter)) return true;
  // Of a whole key, the device may be any.
  if (rights.device === undefined && deviceId === '+') return apikey === rights.apikey;
  return isOfDevice && isOwn(rights, { apikey, deviceId });
}

/** Whether a message on this topic may be delivered to the client: it could have subscribed to it. */
export function mayReceive(rights: MqttRights, topic: string): boolean {
  return maySubscribe(rights, topic);
}

function isOwn(rights: MqttCredential, { apikey, deviceId }: Pick<DeviceAddress, 'apikey' | 'deviceId'>): boolean {
  return apikey === rights.apikey && (rights.device === undefined || deviceId === rights.device);
}

function inTopics({ topics = [] }: MqttCredential, topic: string): boolean {
  return topics.some((filter) => coversTopic(filter, topic));
}
