import { timingSafeEqual } from 'node:crypto';
import type { Database } from '../database.ts';
import { sha256 } from '../devices/connection.ts';

/**
 * Who may speak on the embedded MQTT broker. While nobody has been given a password it is open, which is why it listens
 * on the loopback alone by default.
 */
export interface MqttCredential {
  readonly username: string;
  /** The devices of this key, or `device` alone of them; absent with `topics`. */
  readonly apikey?: string;
  readonly device?: string;
  /** Topic filters to publish and subscribe on: of a network server's bridge. */
  readonly topics?: readonly string[];
}

export interface MqttAccess {
  /** The credential that these words are of; `open` when nobody needs one; undefined: no entry. */
  authenticate(username: string | undefined, password: string): MqttCredential | 'open' | undefined;
  list(): MqttCredential[];
  put(credential: MqttCredential, password: string): Promise<void>;
  /** False: there was none. */
  delete(username: string): Promise<boolean>;
  close(): Promise<void>;
}

const ALL = 'SELECT username, password_sha256, document::text FROM iot.mqtt_credential ORDER BY username';
const UPSERT = `
  INSERT INTO iot.mqtt_credential (username, password_sha256, document) VALUES ($1, $2, $3::jsonb)
  ON CONFLICT (username) DO UPDATE
  SET password_sha256 = excluded.password_sha256, document = excluded.document, modified_at = now()`;
const DELETE = 'DELETE FROM iot.mqtt_credential WHERE username = $1';
const TELL = `SELECT pg_notify('iot_mqtt_credentials', '')`;

export async function openMqttAccess(db: Database): Promise<MqttAccess> {
  let known = new Map<string, { credential: MqttCredential; hash: Buffer }>();
  const load = async (): Promise<void> => {
    const { rows } = await db.query<{ username: string; password_sha256: Uint8Array; document: string }>({ text: ALL });
    known = new Map(
      rows.map(({ username, password_sha256, document }) => [
        username,
        // What stands in our tables was validated on its way in.
        { credential: { ...JSON.parse(document), username } as MqttCredential, hash: Buffer.from(password_sha256) },
      ]),
    );
  };
  await load();
  const stopListening = await db.listen('iot_mqtt_credentials', () => void load().catch(() => undefined));
  const changed = async (): Promise<void> => {
    await db.query({ text: TELL });
    await load();
  };
  return {
    authenticate(username, password) {
      if (known.size === 0) return 'open';
      const found = known.get(username ?? '');
      return found !== undefined && timingSafeEqual(sha256(password), found.hash) ? found.credential : undefined;
    },
    list: () => [...known.values()].map(({ credential }) => credential),
    async put({ username, ...document }, password) {
      await db.query({ text: UPSERT, values: [username, sha256(password), JSON.stringify(document)] });
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

const UP = /^\/?(?:(?:json|ul)\/)?([^/]+)\/([^/]+)\/(?:attrs(?:\/[^/]+)?|cmdexe|configuration\/commands)$/;
const DOWN = /^\/?(?:(?:json|ul)\/)?([^/]+)\/([^/]+)\/(?:cmd|configuration\/values)$/;

/** Whether the topic is one of the credential's own to publish on. */
export function mayPublish(credential: MqttCredential | 'open', topic: string): boolean {
  return credential === 'open' || isOwn(credential, UP.exec(topic)) || inTopics(credential, topic);
}

/** Whether the filter asks for nothing but the credential's own topics: a device's has no wildcards. */
export function maySubscribe(credential: MqttCredential | 'open', filter: string): boolean {
  if (credential === 'open') return true;
  if (inTopics(credential, filter)) return true;
  const match = DOWN.exec(filter);
  // Of a whole key, the device may be any.
  if (credential.device === undefined && match?.[2] === '+') return match[1] === credential.apikey;
  return !/[+#]/.test(filter) && isOwn(credential, match);
}

function isOwn({ apikey, device }: MqttCredential, match: RegExpExecArray | null): boolean {
  return match !== null && apikey !== undefined && match[1] === apikey && (device === undefined || match[2] === device);
}

/** Level by level: a wildcard that is asked for has to be one that is granted. */
function inTopics({ topics = [] }: MqttCredential, topic: string): boolean {
  const asked = topic.split('/');
  return topics.some((filter) => {
    const granted = filter.split('/');
    for (const [at, level] of granted.entries()) {
      if (level === '#') return true;
      const given = asked[at];
      if (given === undefined || given === '#' || (level !== '+' && level !== given)) return false;
    }
    return granted.length === asked.length;
  });
}
