import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { until } from '../../../scripts/postgres-server.ts';
import { endProgram, freePort } from '../../../scripts/programs.ts';

export interface BareTarget {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

/** The bare server in its own process, on a database with the tables of bench/pgbench. */
export async function startBare(databaseUrl: string): Promise<BareTarget> {
  const port = await freePort();
  const child = spawn(process.execPath, [fileURLToPath(new URL('./bare-server.ts', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, DATABASE_URL: databaseUrl, PORT: String(port) },
  });
  const url = `http://127.0.0.1:${port}`;
  const answers = () =>
    fetch(`${url}/entities/none`).then(
      () => true,
      () => false,
    );
  await until(() => child.exitCode !== null || answers(), 'the bare server is ready');
  if (child.exitCode !== null) throw new Error('The bare server ended at its start');
  return { url, pid: child.pid as number, stop: () => endProgram(child) }; // it has answered
}
