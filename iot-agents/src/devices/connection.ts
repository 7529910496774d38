import { createHash, timingSafeEqual } from 'node:crypto';
import type { Database } from '../database.ts';
import type { JsonPointers } from '../transports/generic-json.ts';
import { RegistryError } from './validation.ts';

/** A network server's way in: posts to `/iot/lns/{id}`, or publishes on its topics. */
export interface Connection {
  /** Letters, digits, `.`, `_`, `-`. */
  readonly id: string;
  readonly name: string;
  /** MQTT topic filters besides `lns/{id}` and `lns/{id}/#`. */
  readonly topics?: readonly string[];
  /** How messages are read that no adapter knows. Absent: the shape tells the network server. */
  readonly pointers?: JsonPointers;
}

/** What is given once and never shown again. */
export interface ConnectionSecrets {
  /** Of the webhook: as a bearer token, a Basic password, or in `X-Webhook-Secret`. */
  readonly secret?: string;
  /** Actility's application server key, by which tokens are made. */
  readonly asKey?: string;
}

const ALL = 'SELECT id, document::text, secret_sha256 FROM iot.connection ORDER BY id';
const UPSERT = `
  INSERT INTO iot.connection (id, document, secret_sha256) VALUES ($1, $2::jsonb, $3)
  ON CONFLICT (id) DO UPDATE SET document = excluded.document, modified_at = now(),
    secret_sha256 = coalesce(excluded.secret_sha256, connection.secret_sha256)`;
const DELETE = 'DELETE FROM iot.connection WHERE id = $1';
const TELL = `SELECT pg_notify('iot_connections', '')`;

interface Known {
  readonly connection: Connection;
  readonly asKey?: string;
  readonly secretSha256?: Buffer;
  readonly filters: readonly RegExp[];
}

/** The connections, in the database with a copy in memory that follows it. */
export interface Connections {
  list(): Connection[];
  /** Topic filters of all, for a subscriber. */
  topics(): string[];
  /** Whose topic it is, or whose webhook's path and query. */
  of(topic: string): Connection | undefined;
  /** The connection's ThingPark key, when it has one. @throws RegistryError no such connection, or not the secret of it */
  admit(id: string, credentials: readonly string[]): { asKey?: string };
  put(connection: Connection, secrets: ConnectionSecrets): Promise<void>;
  delete(id: string): Promise<void>;
  close(): Promise<void>;
}

/** `onChange`: topics may have come or gone. */
export async function openConnections(db: Database, onChange: () => void): Promise<Connections> {
  let known = new Map<string, Known>();
  const load = async (): Promise<void> => {
    const { rows } = await db.query<{ id: string; document: string; secret_sha256: Uint8Array | null }>({ text: ALL });
    known = new Map(
      rows.map((row) => {
        // What stands in our tables was validated on its way in.
        const { asKey, ...connection } = JSON.parse(row.document) as Connection & { asKey?: string };
        return [
          row.id,
          {
            connection,
            filters: topicsOf(connection).map(filterPattern),
            ...(asKey === undefined ? {} : { asKey }),
            ...(row.secret_sha256 === null ? {} : { secretSha256: Buffer.from(row.secret_sha256) }),
          },
        ];
      }),
    );
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
    topics: () => [...known.values()].flatMap(({ connection }) => topicsOf(connection)),
    of(topic) {
      const path = /^\/iot\/lns\/([A-Za-z0-9._-]+)/.exec(topic)?.[1];
      if (path !== undefined) return known.get(path)?.connection;
      for (const { connection, filters } of known.values()) {
        if (filters.some((filter) => filter.test(topic))) return connection;
      }
      return undefined;
    },
    admit(id, credentials) {
      const connection = known.get(id);
      if (connection === undefined)
        throw new RegistryError('CONNECTION_NOT_FOUND', `connection "${id}" does not exist`);
      const { secretSha256, asKey } = connection;
      if (secretSha256 !== undefined && !credentials.some((given) => timingSafeEqual(sha256(given), secretSha256))) {
        throw new RegistryError('UNAUTHORIZED', `connection "${id}" expects its secret`);
      }
      return asKey === undefined ? {} : { asKey };
    },
    async put(connection, { secret, asKey }) {
      const kept = asKey ?? known.get(connection.id)?.asKey;
      const document = JSON.stringify({ ...connection, ...(kept === undefined ? {} : { asKey: kept }) });
      await db.query({
        text: UPSERT,
        values: [connection.id, document, secret === undefined ? null : sha256(secret)],
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

export function sha256(secret: string): Buffer {
  return createHash('sha256').update(secret).digest();
}

function topicsOf({ id, topics = [] }: Connection): string[] {
  return [`lns/${id}`, `lns/${id}/#`, ...topics];
}

/** The topics that an MQTT topic filter matches. */
export function filterPattern(filter: string): RegExp {
  const levels = filter.split('/').map((level) => (level === '+' ? '[^/]+' : level === '#' ? '.*' : escaped(level)));
  return new RegExp(`^${levels.join('/').replace(/\/\.\*$/, '(?:/.*)?')}$`);
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}
