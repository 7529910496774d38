import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { withoutPassword } from '@alzette/kit/postgres-url';

type Tool = 'pg_dump' | 'pg_restore';

const DEBIAN = '/usr/lib/postgresql';
const TOLD = 4000;

/** Starts a PostgreSQL program on a database. `ended` rejects with its error output. */
export function startTool(tool: Tool, url: string, args: readonly string[], signal?: AbortSignal) {
  // The password must not be visible in the process list.
  const { shown, password } = withoutPassword(url);
  const child = spawn(findTool(tool), [...args, '--dbname', shown], {
    env: { ...process.env, ...(password !== '' && { PGPASSWORD: password }) },
    stdio: ['ignore', 'pipe', 'pipe'],
    ...(signal && { signal }),
  });
  return { output: child.stdout, ended: endOf(tool, child) };
}

async function endOf(tool: Tool, child: ChildProcess): Promise<void> {
  let errorOutput = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    errorOutput = (errorOutput + chunk.toString()).slice(-TOLD);
  });
  const [code] = (await once(child, 'close')) as [number | null];
  if (code !== 0) throw new Error(`${tool} ended with ${code}: ${errorOutput.trim()}`);
}

/** Finds the program on the path, or the newest version in Debian's folder. @throws Error: it is not installed */
function findTool(tool: Tool): string {
  const newest = existsSync(DEBIAN) ? readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...newest.map((version) => join(DEBIAN, version, 'bin')),
    ...(process.env.PATH ?? '').split(delimiter),
  ];
  const path = folders.map((folder) => join(folder, tool)).find((each) => existsSync(each));
  if (path === undefined)
    throw new Error(`${tool} is not installed: install postgresql-client in the server's version`);
  return path;
}
