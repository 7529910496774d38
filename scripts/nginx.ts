import { spawn } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isOpen } from './mosquitto-server.ts';
import { until } from './postgres-server.ts';
import { endProgram } from './programs.ts';

const SAMPLE = new URL('../docker/nginx.conf', import.meta.url);
const SERVERS = /^( *)server 127\.0\.0\.1:1026( .*;)\n.*\n/m;

/** Starts an nginx with docker/nginx.conf, on this port and for these process ports. */
export async function startNginx(
  program: string,
  port: number,
  behind: readonly number[],
): Promise<{ stop(): Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'alzette-nginx-'));
  const temporary = join(folder, 'temporary');
  await mkdir(temporary);
  await chmod(folder, 0o755);
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (kind) => `${kind}_temp_path ${temporary}/${kind};`,
  );
  const sample = await readFile(SAMPLE, 'utf8');
  const config = sample
    .replace(SERVERS, (_lines, indent, how) =>
      behind.map((each) => `${indent}server 127.0.0.1:${each}${how}\n`).join(''),
    )
    .replace('listen 8080;', `listen 127.0.0.1:${port};`)
    .replace('http {', `http {\n    ${paths.join('\n    ')}`);
  const file = join(folder, 'nginx.conf');
  await writeFile(file, `pid ${folder}/nginx.pid;\n${config}`);
  const child = spawn(program, ['-p', folder, '-c', file, '-e', 'stderr', '-g', 'daemon off;'], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  await until(() => child.exitCode !== null || isOpen(port), 'nginx accepts connections');
  if (child.exitCode !== null) throw new Error(`nginx ended with ${child.exitCode}`);
  return {
    async stop() {
      await endProgram(child, 'SIGTERM');
      await rm(folder, { recursive: true });
    },
  };
}
