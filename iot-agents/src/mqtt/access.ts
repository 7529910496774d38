import { randomBytes } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import type { Database } from '../database.ts';
import type { KeptSecret } from '../devices/secret.ts';
import { isSecret, keptSecret, sha256 } from '../devices/secret.ts';
import type { DeviceAddress } from '../fiware/device-message.ts';
import { readDeviceTopic } from '../fiware/device-message.ts';
import { coversTopic } from '../frames/topic-filter.ts';

/** A credential for the embedded MQTT broker. */
export interface MqttCredential {
  readonly username: string;
  /** Gives access to the devices of this key, or only to `device`; absent with `topics`. */
  readonly apikey?: string;
  readonly device?: string;
  /** Topic filters for publishing and subscribing, for the bridge of a network server. */
  readonly topics?: readonly string[];
  /** Whether HTTP measures of its devices need a password too. */
  readonly http?: boolean;
}

/**
 * The rights of a client: those of its credential. `open`: everything, while there are no passwords and access is open.
 * `keys`: the same while access is enforced: what FIWARE devices do, which show their key in the topic.
 */
export type MqttRights = MqttCredential | 'open' | 'keys';

export interface MqttAccess {
  /** The rights of a username with password; undefined: refused. */
  authenticate(username: string | undefined, password: string): MqttRights | undefined;
  /** The credential with this name, for a client that has presented a certificate for it. */
  certified(name: string): MqttCredential | undefined;
  /** Whether these secrets permit HTTP measures of this device. */
  admitsRequest(apikey: string, device: string, secrets: readonly string[]): boolean;
  /** Whether the credential is unchanged: neither deleted nor restricted. */
  isCurrent(rights: MqttRights): boolean;
  /** A credential for publishers in this process, valid as long as it runs. */
  ownCredential(topics: readonly string[]): { readonly username: string; readonly password: string };
  /** Called when credentials have changed. */
  onChange(listener: () => void): void;
  list(): MqttCredential[];
  /**
   * Without a password the existing one stays, or only a certificate gives access. `graceS`: how long the old password
   * stays valid.
   */
  put(credential: MqttCredential, password: string | undefined, graceS: number): Promise<void>;
  /** False: it did not exist. */
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
const TELL = `SELECT send_message('iot_mqtt_credentials', '')`;

/** @param withoutAny the rights of clients without credential, while there are no passwords. Undefined: none */
export async function openMqttAccess(db: Database, withoutAny: 'open' | 'keys' | undefined): Promise<MqttAccess> {
  const own = new Map<string, { readonly credential: MqttCredential; readonly secret: KeptSecret }>();
  let known = new Map<string, { credential: MqttCredential; secret: KeptSecret }>();
  /** Credentials required for HTTP, by key and device, or by key. */
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
          // Documents in our tables were validated when they were written.
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

/** Whether the client may publish on the topic. */
export function mayPublish(rights: MqttRights, topic: string): boolean {
  if (rights === 'open') return true;
  const address = readDeviceTopic(topic);
  if (rights === 'keys') return address !== undefined;
  return (address !== undefined && isOwn(rights, address)) || inTopics(rights, topic);
}

/** Whether the filter matches only the client's own topics. A device may not use wildcards. */
export function maySubscribe(rights: MqttRights, filter: string): boolean {
  if (rights === 'open') return true;
  const [, apikey, deviceId] = DOWN.exec(filter) ?? [];
  const isOfDevice = apikey !== undefined && deviceId !== undefined && !/[+#]/.test(filter);
  if (rights === 'keys') return isOfDevice;
  if (inTopics(rights, filter)) return true;
  // With the rights to a whole key, the device may be any.
  if (rights.device === undefined && deviceId === '+') return apikey === rights.apikey;
  return isOfDevice && isOwn(rights, { apikey, deviceId });
}

/** Whether a message on this topic may be delivered to the client, that is, whether it could subscribe to it. */
export function mayReceive(rights: MqttRights, topic: string): boolean {
  return maySubscribe(rights, topic);
}

function isOwn(rights: MqttCredential, { apikey, deviceId }: Pick<DeviceAddress, 'apikey' | 'deviceId'>): boolean {
  return apikey === rights.apikey && (rights.device === undefined || deviceId === rights.device);
}

function inTopics({ topics = [] }: MqttCredential, topic: string): boolean {
  return topics.some((filter) => coversTopic(filter, topic));
}
