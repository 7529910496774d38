import type { Database } from '../database.ts';
import { RegistryError } from '../frames/registry-error.ts';
import { topicMatcher } from '../frames/topic-filter.ts';
import type { JsonPointers } from '../network-servers/generic-json.ts';
import type { KeptSecret, Secrets } from './secret.ts';
import { isSecret, keptSecret, sha256 } from './secret.ts';

/** A network server's way in: posts to `/iot/lns/{id}`, or publishes on its topics. */
export interface Connection {
  /** Letters, digits, `.`, `_`, `-`. */
  readonly id: string;
  readonly name: string;
  /** MQTT topic filters besides `lns/{id}` and `lns/{id}/#`. */
  readonly topics?: readonly string[];
  /** How messages are read that no adapter knows. Absent: the shape tells the network server. */
  readonly pointers?: JsonPointers;
  /** How the sender signs its posts; then none is taken without. */
  readonly signature?: SignatureScheme;
  /** Where its network server takes downlinks, when that is not its MQTT broker. */
  readonly downlink?: DownlinkTarget;
}

interface DownlinkTarget {
  /** With `{devEui}`, `{DEVEUI}` (upper case) and `{deviceId}` where these are to stand. */
  readonly url: string;
  /** JEXL that gives the body, on {devEui, DEVEUI, deviceId, id, fPort, confirmed, hex, base64, bytes}. Absent: the server's own form. */
  readonly body?: string;
  /** Of ThingPark: by which application server tokens are made. */
  readonly asId?: string;
}

/** What is given once and never shown again. */
export interface ConnectionSecrets {
  /** Of the webhook: as a bearer token, a Basic password, or in `X-Webhook-Secret`. */
  readonly secret?: string;
  /** Actility's application server key, by which tokens are made. */
  readonly asKey?: string;
  /** By which posts are signed. */
  readonly signatureKey?: string;
  /** Go with each downlink, e.g. `Authorization`. */
  readonly downlinkHeaders?: Readonly<Record<string, string>>;
  /** Seconds for which what is replaced by these stands. */
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
const TELL = `SELECT pg_notify('iot_connections', '')`;

/** What messages can't be checked or sent without; shown to nobody. */
interface Keys {
  readonly asKey?: string;
  readonly signatureKey?: string;
  readonly downlinkHeaders?: Readonly<Record<string, string>>;
  readonly previousSignature?: { readonly key: string; readonly untilMs: number };
}

interface Known {
  readonly connection: Connection;
  /** Undefined: sealed by another SECRET_KEY. */
  readonly keys: Keys | undefined;
  readonly secret?: KeptSecret;
  readonly isTopic: (topic: string) => boolean;
}

interface Admission {
  /** It has shown the connection's secret. */
  readonly isProven: boolean;
  /** ThingPark's, when it has one. */
  readonly asKey?: string;
  readonly signature?: { readonly scheme: SignatureScheme; readonly keys: readonly string[] };
}

/** The connections, in the database with a copy in memory that follows it. */
export interface Connections {
  list(): Connection[];
  get(id: string): Connection | undefined;
  /** What goes with a downlink by this connection. */
  downlinkKeys(id: string): Pick<Keys, 'asKey' | 'downlinkHeaders'>;
  /** Topic filters of all, for a subscriber. */
  topics(): string[];
  /** Whose topic it is, or whose webhook's path and query. */
  of(topic: string): Connection | undefined;
  /** How its messages are checked further. @throws RegistryError no such connection, or not the secret of it */
  admit(id: string, credentials: readonly string[]): Admission;
  put(connection: Connection, secrets: ConnectionSecrets): Promise<void>;
  delete(id: string): Promise<void>;
  close(): Promise<void>;
}

/** `onChange`: topics may have come or gone. `secrets` encrypts keys in the database; absent: they stand there as they are. */
export async function openConnections(
  db: Database,
  onChange: () => void,
  secrets?: Pick<Secrets, 'seal' | 'open'>,
): Promise<Connections> {
  const opened = (sealed: string, id: string): Keys | undefined => {
    try {
      return secrets && JSON.parse(secrets.open(sealed, ownerOf(id)));
    } catch {
      // Sealed by another SECRET_KEY: what needs the keys is refused until they are given anew.
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
  // What stands in our tables was validated on its way in.
  const document = JSON.parse(row.document) as Connection & Keys & { sealed?: string };
  const { sealed, asKey, signatureKey, previousSignature, ...connection } = document;
  // Without what is undefined.
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
  // It may have had an asKey, which nobody can tell now.
  if (keys === undefined && secret === undefined) {
    const message = `the keys of connection "${id}" were encrypted by another SECRET_KEY: give them anew`;
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

/** The keys of a connection once it is written: those given, else those kept. @throws RegistryError WRONG_SYNTAX */
function keysOf(
  known: Known | undefined,
  connection: Connection,
  { asKey, signatureKey, downlinkHeaders, graceS = 0 }: ConnectionSecrets,
): Keys {
  const { keys: kept = {}, connection: old } = known ?? {};
  // To another host goes no secret that was meant for this one.
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

/** How a sender signs what it posts: an HMAC over the body, or over time, dot and body. */
export interface SignatureScheme {
  /** Carries the signature, e.g. `X-Hub-Signature-256`. */
  readonly header: string;
  /** Before the signature, e.g. `sha256=`. */
  readonly prefix?: string;
  readonly algorithm?: 'sha1' | 'sha256' | 'sha512';
  readonly encoding?: 'hex' | 'base64';
  /** Carries the moment of sending, Unix seconds, milliseconds or ISO 8601; absent: the body alone is signed. */
  readonly timestampHeader?: string;
  /** How old, or how far ahead, that moment may be. Default 300. */
  readonly toleranceS?: number;
}
