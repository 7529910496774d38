import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** Takes notifications in a thread of its own and counts them. */
export interface CountingSink {
  readonly url: string;
  count(): number;
  close(): Promise<void>;
}

export async function countingSink(): Promise<CountingSink> {
  const counter = new Int32Array(new SharedArrayBuffer(4));
  const worker = new Worker(new URL(import.meta.url), { workerData: counter });
  const [port] = (await once(worker, 'message')) as [number];
  return {
    url: `http://127.0.0.1:${port}`,
    count: () => Atomics.load(counter, 0),
    async close() {
      await worker.terminate();
    },
  };
}

if (!isMainThread && workerData instanceof Int32Array) {
  const counter = workerData;
  const server = createServer((request, response) => {
    request.resume();
    request.on('end', () => {
      Atomics.add(counter, 0, 1);
      response.writeHead(204).end();
    });
  });
  server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));
}
