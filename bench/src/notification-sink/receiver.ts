import { type AddressInfo, createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { requestAt } from './http-requests.ts';
import { CAME, clock, FIRST_SENT, LAST_CAME, type Ledger, OUT_OF_ORDER } from './ledger.ts';

/*
 * An HTTP/1.1 server for POST only. `node:http` uses 70 to 100 µs of CPU per request, this server a fifth; the broker
 * shares the machine.
 */
const { latencies, ends, counts } = workerData as Ledger; // passed by the parent
const ANSWER = Buffer.from('HTTP/1.1 204 No Content\r\n\r\n');
const POWER = /"power":\s*\{[^{}]*?"value":\s*(\d+)/;
const ID = /"data":\s*\[\s*\{\s*"id":\s*"([^"]+)"/;
/** By path and entity, the last update received. */
const lastOf = new Map<string, number>();

const server = createServer({ noDelay: true }, (socket) => {
  let rest: Buffer | undefined;
  socket.on('data', (data: Buffer) => {
    const bytes = rest === undefined ? data : Buffer.concat([rest, data]);
    let start = 0;
    for (let request = requestAt(bytes, start); request !== undefined; request = requestAt(bytes, start)) {
      start = request.end;
      note(request.target, request.body);
      socket.write(ANSWER);
    }
    rest = start === bytes.length ? undefined : bytes.subarray(start);
  });
  socket.on('error', () => socket.destroy());
});
server.listen(0, '127.0.0.1', () => parentPort?.postMessage((server.address() as AddressInfo).port));

function note(target: string, body: Buffer): void {
  const now = clock();
  const text = body.toString('latin1');
  const update = Number(POWER.exec(text)?.[1]);
  const place = counts[CAME] as number; // set from the start
  latencies[place % latencies.length] = now - update / 1000;
  if (update / 1000 < (ends[FIRST_SENT] ?? 0)) ends[FIRST_SENT] = update / 1000;
  ends[LAST_CAME] = now;
  const key = `${target} ${ID.exec(text)?.[1]}`;
  if ((lastOf.get(key) ?? -1) >= update) Atomics.add(counts, OUT_OF_ORDER, 1);
  lastOf.set(key, update);
  Atomics.store(counts, CAME, place + 1);
}
