import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { posix } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { promptSocket } from '@alzette/kit/prompt-socket';
import type Client from 'ssh2-sftp-client';
import { type BackupTarget, LONGEST_WRITE_MS, type TargetSettings } from './target.ts';

const READY_MS = 20_000;
const PART = '.part';

/**
 * A directory on an SFTP server, over one connection. @throws Error: the server can't be reached, or has another host
 * key
 */
export async function sftpTarget(settings: Extract<TargetSettings, { kind: 'sftp' }>): Promise<BackupTarget> {
  const { default: SftpClient } = await import('ssh2-sftp-client'); // loaded here because few sites use it
  const client = new SftpClient();
  const { hostname, port, username, password, pathname } = new URL(settings.url);
  const expected = settings.hostKey?.replace(/=+$/, '');
  let shown = '';
  const socket = promptSocket(hostname.replace(/^\[|\]$/g, ''), Number(port || 22));
  try {
    await client.connect({
      sock: socket,
      username: decodeURIComponent(username),
      readyTimeout: READY_MS,
      ...(password !== '' && { password: decodeURIComponent(password) }),
      ...(settings.privateKey !== undefined && { privateKey: settings.privateKey }),
      hostVerifier: (key: Buffer) => {
        shown = `SHA256:${createHash('sha256').update(key).digest('base64').replace(/=+$/, '')}`;
        return expected === undefined || shown === expected;
      },
    });
  } catch (cause) {
    await client.end().catch(() => undefined);
    socket.destroy();
    if (expected !== undefined && shown !== '' && shown !== expected) {
      throw new Error(`${hostname} has the host key ${shown}, expected ${expected} (BACKUP_SFTP_HOST_KEY)`, { cause });
    }
    throw new Error(`${hostname}: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
  return directoryTarget(client, decodeURIComponent(pathname).replace(/(.)\/+$/, '$1'));
}

function directoryTarget(client: Client, directory: string): BackupTarget {
  const at = (name: string) => posix.join(directory, name);
  const made = new Set<string>();
  const make = async (folder: string) => {
    if (made.has(folder)) return;
    if ((await client.exists(folder)) === false) await client.mkdir(folder, true);
    made.add(folder);
  };
  return {
    async write(name, source) {
      await make(posix.dirname(at(name)));
      const unfinished = at(name) + PART;
      try {
        await upload(client, unfinished, source);
        // Not every server replaces an existing file on rename.
        if ((await client.exists(at(name))) !== false) await client.delete(at(name));
        await client.rename(unfinished, at(name));
      } catch (error) {
        await client.delete(unfinished).catch(() => undefined);
        throw error;
      }
    },
    async read(name) {
      if ((await client.exists(at(name))) === false) return undefined;
      return download(client, at(name));
    },
    async list() {
      await make(directory);
      const listed = await client.list(directory, ({ type }) => type === '-');
      return listed.map(({ name }) => name);
    },
    async remove(names) {
      for (const name of names) if ((await client.exists(at(name))) !== false) await client.delete(at(name));
    },
    async removeUnfinished() {
      if ((await client.exists(directory)) !== false) await removeParts(client, directory);
    },
    async close() {
      await client.end();
    },
  };
}

/** Removes old parts, also in the folders below. */
async function removeParts(client: Client, folder: string): Promise<void> {
  for (const { name, type, modifyTime } of await client.list(folder)) {
    const path = posix.join(folder, name);
    if (type === 'd') await removeParts(client, path);
    else if (name.endsWith(PART) && Date.now() - modifyTime > LONGEST_WRITE_MS) await client.delete(path);
  }
}

/** Ends only when the file is closed on the server: a connection that ends before makes the stream fail unheard. */
async function* download(client: Client, path: string): AsyncGenerator<Uint8Array> {
  const stream = client.createReadStream(path);
  const closed = once(stream, 'close').catch(() => undefined); // its error is thrown by the loop
  try {
    yield* stream;
  } finally {
    await closed;
  }
}

/** The client's own `put` reports success if the server refuses to write more. */
async function upload(client: Client, path: string, source: AsyncIterable<Uint8Array>): Promise<void> {
  let bytes = 0;
  const counted = async function* () {
    for await (const chunk of source) {
      bytes += chunk.length;
      yield chunk;
    }
  };
  await pipeline(counted, client.createWriteStream(path));
  const { size } = await client.stat(path);
  if (size !== bytes) throw new Error(`${path} has ${size} bytes, expected ${bytes}: the disk may be full`);
}
