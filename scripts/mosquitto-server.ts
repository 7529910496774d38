import { spawn } from 'node:child_process';
import { connect } from 'node:net';
import { until } from './postgres-server.ts';
import { endProgram, freePort } from './programs.ts';

/**
 * Starts a Mosquitto without persistence on a free port.
 *
 * @param configuration its file, without a listener; absent: none
 */
export async function startMosquitto(
  program: string,
  configuration?: string,
): Promise<{ url: string; stop(): Promise<void> }> {
  const port = await freePort();
  const file = configuration === undefined ? [] : ['-c', configuration];
  const child = spawn(program, ['-p', `${port}`, ...file], { stdio: 'ignore' });
  await until(() => child.exitCode !== null || isOpen(port), 'Mosquitto accepts connections');
  if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
  return { url: `mqtt://127.0.0.1:${port}`, stop: () => endProgram(child) };
}

/** Whether a local port is open. */
export function isOpen(port: number): Promise<boolean> {
  const socket = connect(port, '127.0.0.1');
  return new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
  }).finally(() => socket.destroy());
}
