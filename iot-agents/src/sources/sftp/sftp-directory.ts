import { createHash } from 'node:crypto';
import { isIPv6 } from 'node:net';
import { Writable } from 'node:stream';
import { promptSocket } from '@alzette/kit/prompt-socket';
import type Client from 'ssh2-sftp-client';
import type { Outgoing } from '../../outgoing/outgoing.ts';
import { SourceError } from '../../outgoing/remote-error.ts';
import { matchesName } from './file-names.ts';
import type { SftpFrom } from './sftp-source.ts';

/** A file in a directory; `version` changes with the file. */
export interface RemoteFile {
  readonly name: string;
  readonly path: string;
  readonly version: string;
  readonly modifiedMs: number;
}

/** A directory on an SFTP server, while a connection is open. */
interface SftpDirectory {
  /** `SHA256:…` of the server. */
  readonly hostKey: string;
  /** The files with matching names, oldest first. */
  files(): Promise<RemoteFile[]>;
  /** Undefined: it is still being written. @throws SourceError it is too large */
  read(file: RemoteFile): Promise<Uint8Array | undefined>;
  /** Handles a processed file as configured in the source. */
  finish(file: RemoteFile): Promise<void>;
}

const LARGEST_FILE = 128 * 1024 * 1024;
const READY_MS = 20_000;

/** Uses the directory over one connection. @throws SourceError the server can't be reached, or has another host key */
export async function withSftp<T>(
  outgoing: Outgoing,
  from: SftpFrom,
  expectedKey: string | undefined,
  work: (directory: SftpDirectory) => Promise<T>,
): Promise<T> {
  const { host, port = 22, username, password, privateKey, passphrase } = from;
  const url = `sftp://${isIPv6(host) ? `[${host}]` : host}:${port}`;
  const verdict = await outgoing.check(url, ['sftp:']);
  if (!verdict.allowed) throw new SourceError(verdict.reason);
  let hostKey = '';
  const { default: SftpClient } = await import('ssh2-sftp-client'); // only few installations have such a source
  const client = new SftpClient();
  // The checked address is used, because the name may resolve differently the second time.
  const socket = promptSocket(verdict.address ?? host, port);
  try {
    await client.connect({
      sock: socket,
      username,
      readyTimeout: READY_MS,
      ...(password === undefined ? {} : { password }),
      ...(privateKey === undefined ? {} : { privateKey }),
      ...(passphrase === undefined ? {} : { passphrase }),
      hostVerifier: (key: Buffer) => {
        hostKey = fingerprint(key);
        return expectedKey === undefined || hostKey === expectedKey.replace(/=$/, '');
      },
    });
    return await work(directoryOf(client, from, hostKey));
  } catch (cause) {
    if (cause instanceof SourceError) throw cause;
    if (expectedKey !== undefined && hostKey !== '' && hostKey !== expectedKey.replace(/=$/, '')) {
      throw new SourceError(`${url} has the host key ${hostKey}, expected ${expectedKey} (from.hostKey)`, { cause });
    }
    throw new SourceError(`${url}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  } finally {
    await client.end().catch(() => undefined);
    socket.destroy();
  }
}

function directoryOf(client: Client, from: SftpFrom, hostKey: string): SftpDirectory {
  const directory = from.directory.replace(/(.)\/+$/, '$1');
  const pattern = from.files ?? '*.csv';
  const { whenDone = 'keep' } = from;
  return {
    hostKey,
    async files() {
      const listed = await client.list(directory, ({ type, name }) => type === '-' && matchesName(pattern, name));
      return listed
        .map(({ name, size, modifyTime }) => ({
          name,
          path: join(directory, name),
          version: `${size} ${modifyTime}`,
          modifiedMs: modifyTime,
        }))
        .sort((a, b) => a.modifiedMs - b.modifiedMs || a.name.localeCompare(b.name));
    },
    async read({ path, name, version }) {
      const { size } = await client.stat(path);
      const tooLarge = new SourceError(`${name} is larger than ${LARGEST_FILE / 1024 / 1024} MiB`);
      if (size > LARGEST_FILE) throw tooLarge;
      // The server may send more than the declared size.
      const bounded = boundedBuffer(LARGEST_FILE, tooLarge);
      await client.get(path, bounded.stream);
      const bytes = bounded.bytes();
      const after = await client.stat(path);
      return `${after.size} ${after.modifyTime}` === version ? bytes : undefined;
    },
    async finish({ path, name }) {
      if (whenDone === 'keep') return;
      if (whenDone === 'delete') {
        await client.delete(path);
        return;
      }
      const target =
        'moveTo' in whenDone
          ? join(whenDone.moveTo.startsWith('/') ? whenDone.moveTo : join(directory, whenDone.moveTo), name)
          : join(directory, whenDone.renameTo.replace('{name}', name));
      const folder = target.slice(0, target.lastIndexOf('/'));
      if (folder !== '' && !(await client.exists(folder))) await client.mkdir(folder, true);
      const isTaken = (await client.exists(target)) !== false;
      await client.rename(path, isTaken ? `${target}.${new Date().toISOString().replace(/[:.]/g, '-')}` : target);
    },
  };
}

/** In the format of ssh-keygen, without padding. */
function fingerprint(key: Buffer): string {
  return `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
}

function join(directory: string, name: string): string {
  return directory.endsWith('/') ? directory + name : `${directory}/${name}`;
}

function boundedBuffer(largest: number, tooLarge: Error): { readonly stream: Writable; bytes(): Uint8Array } {
  const chunks: Buffer[] = [];
  let size = 0;
  const stream = new Writable({
    write(chunk: Buffer, _encoding, done) {
      size += chunk.length;
      if (size > largest) return done(tooLarge);
      chunks.push(chunk);
      done();
    },
  });
  return { stream, bytes: () => Buffer.concat(chunks) };
}
