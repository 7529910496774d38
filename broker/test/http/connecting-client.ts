import { get } from 'node:http';
import { parentPort, workerData } from 'node:worker_threads';

/** A thread that opens a new connection for each request, until they are refused, and reports how each ended. */
const { port, atOnce } = workerData as { port: number; atOnce: number };
const ends: Record<string, number> = {};

function ask(): Promise<boolean> {
  return new Promise((resolve) => {
    const ended = (how: string) => {
      ends[how] = (ends[how] ?? 0) + 1;
      resolve(how !== 'ECONNREFUSED');
    };
    get({ host: '127.0.0.1', port, path: '/live', agent: false }, (response) => {
      response.resume().on('end', () => ended('answered'));
    }).on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => ended(code));
  });
}

async function askForEver(): Promise<void> {
  while (await ask());
}

parentPort?.postMessage('started');
await Promise.all(Array.from({ length: atOnce }, askForEver));
parentPort?.postMessage(ends);
