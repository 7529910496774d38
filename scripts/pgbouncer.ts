import { spawn } from 'node:child_process';
import { chown, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOpen } from './mosquitto-server.ts';
import { until } from './postgres-server.ts';
import { endProgram, freePort, unprivilegedUser } from './programs.ts';

/** The settings of docs/scaling.md, for all databases of a server. */
function settings(server: URL, port: number): string {
  return `
[databases]
* = host=${server.hostname} port=${server.port} user=${server.username} connect_query='SET jit = off'

[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
max_prepared_statements = 500
default_pool_size = 10
max_client_conn = 500
`;
}

/** Starts a PgBouncer in transaction mode; `url` leads through it to the given database. */
export async function startPgbouncer(
  program: string,
  databaseUrl: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const user = unprivilegedUser('postgres');
  const folder = await mkdtemp(join(tmpdir(), 'alzette-pgbouncer-'));
  const file = join(folder, 'pgbouncer.ini');
  const port = await freePort();
  await writeFile(file, settings(new URL(databaseUrl), port));
  if (user) for (const path of [folder, file]) await chown(path, user.uid, user.gid);
  const child = spawn(program, [file], { ...user, cwd: folder, stdio: 'ignore' });
  await until(() => child.exitCode !== null || isOpen(port), 'PgBouncer accepts connections');
  if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}`);
  const url = new URL(databaseUrl);
  url.port = String(port);
  return {
    url: url.href,
    async stop() {
      await endProgram(child, 'SIGINT');
      await rm(folder, { recursive: true });
    },
  };
}
