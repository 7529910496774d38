import { createHash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { mkdir, open, readdir, rename, stat, unlink } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import type { Attributes, SFTPWrapper } from 'ssh2';
import ssh2 from 'ssh2';

const { OPEN_MODE, STATUS_CODE } = ssh2.utils.sftp;

export interface SftpServer {
  readonly port: number;
  /** `SHA256:…` */
  readonly hostKey: string;
  close(): Promise<void>;
}

interface SftpOptions {
  /** The number of bytes that clients may write; default none. */
  readonly room?: number;
  /** It answers that a file is closed after so many ms; default 0. */
  readonly closeMs?: number;
}

/** A real SSH server with SFTP on a directory of this machine; `user` may sign in with `password`. */
export async function startSftpServer(
  root: string,
  user: string,
  password: string,
  { room = 0, closeMs = 0 }: SftpOptions = {},
): Promise<SftpServer> {
  const { private: key, public: publicKey } = hostKeys();
  const server = new ssh2.Server({ hostKeys: [key] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method === 'password' && context.username === user && context.password === password) context.accept();
      else context.reject(['password']);
    });
    client.on('session', (accept) => accept().on('sftp', (acceptSftp) => serve(acceptSftp(), root, room, closeMs)));
  });
  // Without delay, as OpenSSH does it.
  const tcp = createServer({ noDelay: true }, (socket) => server.injectSocket(socket));
  await new Promise<void>((resolve) => tcp.listen(0, '127.0.0.1', resolve));
  const blob = Buffer.from(publicKey.split(' ')[1] ?? '', 'base64');
  return {
    // Listening on TCP.
    port: (tcp.address() as AddressInfo).port,
    hostKey: `SHA256:${createHash('sha256').update(blob).digest('base64').replace(/=+$/, '')}`,
    close: () => new Promise((resolve) => tcp.close(() => resolve())),
  };
}

/** ssh2 can't parse one in 256 of the keys that it generates: "Malformed OpenSSH private key". */
function hostKeys(): { private: string; public: string } {
  for (;;) {
    const pair = ssh2.utils.generateKeyPairSync('ed25519');
    if (!(ssh2.utils.parseKey(pair.private) instanceof Error)) return pair;
  }
}

function serve(sftp: SFTPWrapper, root: string, room: number, closeMs: number): void {
  let written = 0;
  const files = new Map<string, FileHandle>();
  const listings = new Map<string, string[]>();
  let handles = 0;
  const handle = (): Buffer => Buffer.from(String(++handles));
  const local = (path: string): string => join(root, path);
  const answer = (id: number, work: Promise<unknown>): void => {
    work.then(
      () => sftp.status(id, STATUS_CODE.OK),
      () => sftp.status(id, STATUS_CODE.FAILURE),
    );
  };
  const sendAttributes = (id: number, path: string): void => {
    attributesOf(local(path)).then(
      (attributes) => sftp.attrs(id, attributes),
      () => sftp.status(id, STATUS_CODE.NO_SUCH_FILE),
    );
  };
  sftp.on('REALPATH', (id, path) =>
    sftp.name(id, [{ filename: join('/', path), longname: path, attrs: {} as Attributes }]),
  );
  sftp.on('STAT', sendAttributes);
  sftp.on('LSTAT', sendAttributes);
  sftp.on('OPENDIR', (id, path) => {
    readdir(local(path)).then(
      (names) => {
        const opened = handle();
        listings.set(
          opened.toString(),
          names.map((name) => join(path, name)),
        );
        sftp.handle(id, opened);
      },
      () => sftp.status(id, STATUS_CODE.NO_SUCH_FILE),
    );
  });
  sftp.on('READDIR', (id, opened) => {
    const paths = listings.get(opened.toString()) ?? [];
    if (paths.length === 0) return sftp.status(id, STATUS_CODE.EOF);
    listings.set(opened.toString(), []);
    void Promise.all(
      paths.map(async (path) => {
        const attrs = await attributesOf(local(path));
        const filename = path.slice(path.lastIndexOf('/') + 1);
        return { filename, longname: `${attrs.mode & 0o40000 ? 'd' : '-'}rw-r--r-- 1 x x 0 ${filename}`, attrs };
      }),
    ).then((names) => sftp.name(id, names));
  });
  sftp.on('OPEN', (id, path, flags) => {
    const writes = (flags & OPEN_MODE.WRITE) !== 0;
    if (writes && room === 0) return sftp.status(id, STATUS_CODE.PERMISSION_DENIED);
    open(local(path), writes ? 'w' : 'r').then(
      (file) => {
        const opened = handle();
        files.set(opened.toString(), file);
        sftp.handle(id, opened);
      },
      () => sftp.status(id, STATUS_CODE.NO_SUCH_FILE),
    );
  });
  sftp.on('READ', (id, opened, offset, length) => {
    const file = files.get(opened.toString());
    if (file === undefined) return sftp.status(id, STATUS_CODE.FAILURE);
    file.read(Buffer.alloc(length), 0, length, offset).then(
      ({ bytesRead, buffer }) =>
        bytesRead === 0 ? sftp.status(id, STATUS_CODE.EOF) : sftp.data(id, buffer.subarray(0, bytesRead)),
      () => sftp.status(id, STATUS_CODE.FAILURE),
    );
  });
  sftp.on('WRITE', (id, opened, offset, bytes) => {
    const file = files.get(opened.toString());
    written += bytes.length;
    if (file === undefined || written > room) return sftp.status(id, STATUS_CODE.FAILURE, 'no room is left');
    answer(id, file.write(bytes, 0, bytes.length, offset));
  });
  // File attributes set by clients, such as the mode, are ignored.
  sftp.on('FSETSTAT', (id) => sftp.status(id, STATUS_CODE.OK));
  sftp.on('SETSTAT', (id) => sftp.status(id, STATUS_CODE.OK));
  sftp.on('FSTAT', (id, opened) => {
    const file = files.get(opened.toString());
    if (file === undefined) return sftp.status(id, STATUS_CODE.FAILURE);
    file.stat().then(
      ({ mode, size, mtimeMs }) => sftp.attrs(id, attributesFor(mode, size, mtimeMs)),
      () => sftp.status(id, STATUS_CODE.FAILURE),
    );
  });
  sftp.on('CLOSE', (id, opened) => {
    const file = files.get(opened.toString());
    listings.delete(opened.toString());
    answer(
      id,
      setTimeout(closeMs).then(() => file?.close()),
    );
  });
  sftp.on('RENAME', (id, from, to) => answer(id, rename(local(from), local(to))));
  sftp.on('REMOVE', (id, path) => answer(id, unlink(local(path))));
  sftp.on('MKDIR', (id, path) => answer(id, mkdir(local(path))));
}

async function attributesOf(path: string): Promise<Attributes> {
  const { mode, size, mtimeMs } = await stat(path);
  return attributesFor(mode, size, mtimeMs);
}

function attributesFor(mode: number, size: number, mtimeMs: number): Attributes {
  const seconds = Math.floor(mtimeMs / 1000);
  return { mode, size, uid: 0, gid: 0, atime: seconds, mtime: seconds };
}
