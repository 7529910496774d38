import type { Database } from '../database.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { topicMatcher } from '../frames/topic-filter.ts';
import type { JsonPointers } from '../network-servers/generic-json.ts';
import type { KeptSecret, Secrets } from './secret.ts';
import { isSecret, keptSecret, sha256 } from './secret.ts';

/** A network server's connection: it posts to `/iot/lns/{id}`, or publishes on its topics. */
export interface Connection {
  /** Letters, digits, `.`, `_`, `-`. */
  readonly id: string;
  readonly name: string;
  /** MQTT topic filters in addition to `lns/{id}` and `lns/{id}/#`. */
  readonly topics?: readonly string[];
  /**
   * How to read messages that no adapter supports. Absent: the network server is detected by the form of its messages.
   */
  readonly pointers?: JsonPointers;
  /** How the sender signs its posts; if set, unsigned posts are refused. */
  readonly signature?: SignatureScheme;
  /** The API for downlinks, if it is not the MQTT broker. */
  readonly downlink?: DownlinkTarget;
}

interface DownlinkTarget {
  /** May contain the placeholders `{devEui}`, `{DEVEUI}` (upper case) and `{deviceId}`. */
  readonly url: string;
  /**
   * A JEXL expression for the body, with {devEui, DEVEUI, deviceId, id, fPort, confirmed, hex, base64, bytes}. Absent:
   * the server's own form.
   */
  readonly body?: string;
  /** For ThingPark: the application server id for tokens. */
  readonly asId?: string;
}

/** Secrets, which are accepted and never shown. */
export interface ConnectionSecrets {
  /** For the webhook: as a bearer token, a Basic password, or in `X-Webhook-Secret`. */
  readonly secret?: string;
  /** Actility's application server key for tokens. */
  readonly asKey?: string;
  /** The key for signatures of posts. */
  readonly signatureKey?: string;
  /** Sent with each downlink, e.g. `Authorization`. */
  readonly downlinkHeaders?: Readonly<Record<string, string>>;
  /** Seconds for which the replaced secrets stay valid. */
  readonly graceS?: number;
}

const ALL = `
  SELECT id, document::text, secret_sha256, previous_sha256, previous_until FROM iot.connection ORDER BY id`;
const UPSERT = `
  INSERT INTO iot.connection AS kept (id, document, secret_sha256) VALUES ($1, $2::jsonb, $3)
  ON CONFLICT (id) DO UPDATE SET document = excluded.document, modified_at = now(),
    secret_sha256 = coalesce(excluded.secret_sha256, kept.secret_sha256),
    previous_sha256 = CASE WHEN excluded.secret_sha256 IS NULL THEN kept.previous_sha256 ELSE kept.secret_sha256 END,
    previous_until = CASE WHEN excluded.secret_sha256 IS NULL THEN kept.previous_until
      ELSE now() + $4::float8 * interval '1 s' END`;
const DELETE = 'DELETE FROM iot.connection WHERE id = $1';
const TELL = `SELECT send_message('iot_connections', '')`;

/** Keys for checking or sending messages; never shown. */
interface Keys {
  readonly asKey?: string;
  readonly signatureKey?: string;
  readonly downlinkHeaders?: Readonly<Record<string, string>>;
  readonly previousSignature?: { readonly key: string; readonly untilMs: number };
}

interface Known {
  readonly connection: Connection;
  /** Undefined: encrypted with another SECRET_KEY. */
  readonly keys: Keys | undefined;
  readonly secret?: KeptSecret;
  readonly isTopic: (topic: string) => boolean;
}

interface Admission {
  /** It has presented the connection's secret. */
  readonly isProven: boolean;
  /** For ThingPark, if it has one. */
  readonly asKey?: string;
  readonly signature?: { readonly scheme: SignatureScheme; readonly keys: readonly string[] };
}

/** The connections, in the database with a synchronised copy in memory. */
export interface Connections {
  list(): Connection[];
  get(id: string): Connection | undefined;
  /** The keys for downlinks of this connection. */
  downlinkKeys(id: string): Pick<Keys, 'asKey' | 'downlinkHeaders'>;
  /** All topic filters, for a subscriber. */
  topics(): string[];
  /** The connection for a topic, or for a webhook's path and query. */
  of(topic: string): Connection | undefined;
  /** Returns what else to check in its messages. @throws RegistryError no such connection, or a wrong secret */
  admit(id: string, credentials: readonly string[]): Admission;
  put(connection: Connection, secrets: ConnectionSecrets): Promise<void>;
  delete(id: string): Promise<void>;
  close(): Promise<void>;
}

/** `onChange`: topics may have changed. `secrets` encrypts keys in the database; absent: they are stored in clear. */
export async function openConnections(
  db: Database,
  onChange: () => void,
  secrets?: Pick<Secrets, 'seal' | 'open'>,
): Promise<Connections> {
  const opened = (sealed: string, id: string): Keys | undefined => {
    try {
      return secrets && JSON.parse(secrets.open(sealed, ownerOf(id)));
    } catch {
      // Encrypted with another SECRET_KEY: whatever needs the keys is refused until they are set again.
      return undefined;
    }
  };
  let known = new Map<string, Known>();
  const load = async (): Promise<void> => {
    const { rows } = await db.query<Row>({ text: ALL });
    known = new Map(rows.map((row) => [row.id, knownOf(row, opened)]));
    onChange();
  };
  await load();
  const stopListening = await db.listen('iot_connections', () => void load().catch(() => undefined));

  const changed = async (): Promise<void> => {
    await db.query({ text: TELL });
    await load();
  };

  return {
    list: () => [...known.values()].map(({ connection }) => connection),
    get: (id) => known.get(id)?.connection,
    downlinkKeys: (id) => known.get(id)?.keys ?? {},
    topics: () => [...known.values()].flatMap(({ connection }) => topicsOf(connection)),
    of(topic) {
      const path = /^\/iot\/lns\/([A-Za-z0-9._-]+)/.exec(topic)?.[1];
      if (path !== undefined) return known.get(path)?.connection;
      for (const { connection, isTopic } of known.values()) {
        if (isTopic(topic)) return connection;
      }
      return undefined;
    },
    admit(id, credentials) {
      const connection = known.get(id);
      if (connection === undefined)
        throw new RegistryError('CONNECTION_NOT_FOUND', `connection "${id}" does not exist`);
      return admission(id, connection, credentials);
    },
    async put(connection, given) {
      const { secret, graceS = 0 } = given;
      const keys = keysOf(known.get(connection.id), connection, given);
      const sealed =
        secrets === undefined ? keys : { sealed: secrets.seal(JSON.stringify(keys), ownerOf(connection.id)) };
      const hash = secret === undefined ? null : sha256(secret);
      await db.query({
        text: UPSERT,
        values: [connection.id, JSON.stringify({ ...connection, ...sealed }), hash, graceS],
      });
      await changed();
    },
    async delete(id) {
      const { rowCount } = await db.query({ text: DELETE, values: [id] });
      if (rowCount === 0) throw new RegistryError('CONNECTION_NOT_FOUND', `connection "${id}" does not exist`);
      await changed();
    },
    close: stopListening,
  };
}

interface Row {
  id: string;
  document: string;
  secret_sha256: Uint8Array | null;
  previous_sha256: Uint8Array | null;
  previous_until: Date | null;
}

function knownOf(row: Row, opened: (sealed: string, id: string) => Keys | undefined): Known {
  // Documents in our tables were validated when they were written.
  const document = JSON.parse(row.document) as Connection & Keys & { sealed?: string };
  const { sealed, asKey, signatureKey, previousSignature, ...connection } = document;
  // Removes undefined members.
  const plain: Keys = JSON.parse(JSON.stringify({ asKey, signatureKey, previousSignature }));
  const { secret_sha256: secret, previous_sha256: previous, previous_until: until } = row;
  return {
    connection,
    isTopic: topicMatcher(topicsOf(connection)),
    keys: sealed === undefined ? plain : opened(sealed, row.id),
    ...(secret === null ? {} : { secret: keptSecret(secret, previous, until) }),
  };
}

/** @throws RegistryError UNAUTHORIZED */
function admission(id: string, connection: Known, credentials: readonly string[]): Admission {
  const { secret, keys } = connection;
  if (secret !== undefined && !credentials.some((given) => isSecret(secret, given))) {
    throw new RegistryError('UNAUTHORIZED', `connection "${id}" expects its secret`);
  }
  // It may have had an asKey, which can't be known now.
  if (keys === undefined && secret === undefined) {
    const message = `the keys of connection "${id}" were encrypted with another SECRET_KEY: set them again`;
    throw new RegistryError('UNAUTHORIZED', message);
  }
  const { asKey, signatureKey, previousSignature: previous } = keys ?? {};
  const { signature: scheme } = connection.connection;
  const all = [signatureKey, previous !== undefined && Date.now() < previous.untilMs ? previous.key : undefined];
  return {
    isProven: secret !== undefined,
    ...(asKey === undefined ? {} : { asKey }),
    ...(scheme === undefined ? {} : { signature: { scheme, keys: all.filter((key) => key !== undefined) } }),
  };
}

/**
 * The keys to store with a connection: the given ones, otherwise the stored ones. @throws RegistryError WRONG_SYNTAX
 */
function keysOf(
  known: Known | undefined,
  connection: Connection,
  { asKey, signatureKey, downlinkHeaders, graceS = 0 }: ConnectionSecrets,
): Keys {
  const { keys: kept = {}, connection: old } = known ?? {};
  // Stored secrets are not sent to another host.
  const isSameHost = hostOf(old?.downlink?.url) === hostOf(connection.downlink?.url);
  const before = isSameHost ? kept : { ...kept, downlinkHeaders: undefined };
  if (connection.signature !== undefined && (signatureKey ?? before.signatureKey) === undefined) {
    throw new RegistryError('WRONG_SYNTAX', 'signature is given without a signatureKey to check it by');
  }
  const replaced = signatureKey !== undefined && before.signatureKey !== undefined && graceS > 0;
  return {
    ...before,
    ...(replaced && { previousSignature: { key: before.signatureKey, untilMs: Date.now() + graceS * 1000 } }),
    ...(asKey === undefined ? {} : { asKey }),
    ...(signatureKey === undefined ? {} : { signatureKey }),
    ...(downlinkHeaders === undefined ? {} : { downlinkHeaders }),
  };
}

function ownerOf(id: string): string {
  return `connection ${id}`;
}

function hostOf(url: string | undefined): string | undefined {
  return url === undefined ? undefined : URL.parse(url.replaceAll(/[{}]/g, ''))?.origin;
}

function topicsOf({ id, topics = [] }: Connection): string[] {
  return [`lns/${id}`, `lns/${id}/#`, ...topics];
}

/** How a sender signs its posts: an HMAC over the body, or over time, dot and body. */
export interface SignatureScheme {
  /** The header with the signature, e.g. `X-Hub-Signature-256`. */
  readonly header: string;
  /** The prefix of the signature, e.g. `sha256=`. */
  readonly prefix?: string;
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512';
  readonly encoding?: 'hex' | 'base64';
  /**
   * The header with the time of sending, as Unix seconds, milliseconds or ISO 8601; absent: only the body is signed.
   */
  readonly timestampHeader?: string;
  /** The maximum difference from the current time in seconds. Default 300. */
  readonly toleranceS?: number;
}
