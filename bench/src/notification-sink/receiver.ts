import { type AddressInfo, createServer } from 'node:net';
import { parentPort, workerData } from 'node:worker_threads';
import { requestAt } from './http-requests.ts';
import { CAME, clock, type Ledger, OUT_OF_ORDER } from './ledger.ts';

/*
 * An HTTP/1.1 server for POST alone. Of `node:http` a request takes 70 to 100 µs of the processor that it shares with the
 * broker, of this one a fifth: what is measured is the broker.
 */
const ledger = workerData as Ledger; // as it was given
const { sentAt, entityOf, latencies, lastAt, counts } = ledger;
const ANSWER = Buffer.from('HTTP/1.1 204 No Content\r\n\r\n');
const POWER = /"power":\s*\{[^{}]*?"value":\s*(\d+)/;
/** By path, the last update that came of each entity. */
const lastOf = new Map<string, Map<number, number>>();

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
  const update = Number(POWER.exec(body.toString('latin1'))?.[1]);
  const slot = update % sentAt.length;
  const place = counts[CAME] as number; // set from the start
  latencies[place % latencies.length] = now - (sentAt[slot] ?? Number.NaN);
  lastAt[0] = now;
  const last = lastOf.get(target) ?? new Map<number, number>();
  lastOf.set(target, last);
  const entity = entityOf[slot] ?? -1;
  if ((last.get(entity) ?? -1) >= update) Atomics.add(counts, OUT_OF_ORDER, 1);
  last.set(entity, update);
  Atomics.store(counts, CAME, place + 1);
}
