import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { test } from 'node:test';
import { chosenBy, testDatabases } from '../support/databases.ts';
import { startBrokerProcess } from './broker-process.ts';
import { faultsOf } from './faults.ts';
import { exchange } from './raw-exchange.ts';

const GET = 'GET /ngsi-ld/v1/entities?local=true HTTP/1.1\r\nHost: a\r\n';

/** Much less than the minute after which the server closes incomplete requests. */
const WAITED_FOR_OTHERS_MS = 30_000;

/** Bytes that are invalid or unusual requests, and the expected status. */
const BYTES: readonly (readonly [title: string, bytes: string, status: number])[] = [
  ['no HTTP at all', '\x16\x03\x01\x02\x00\x01\x00', 400],
  ['a line of noise', 'hello\r\n\r\n', 400],
  ['HTTP/1.0 without Host', 'GET /ngsi-ld/v1/entities?local=true HTTP/1.0\r\n\r\n', 200],
  ['HTTP/1.1 without Host', 'GET /ngsi-ld/v1/entities?local=true HTTP/1.1\r\n\r\n', 400],
  ['a version that is none', 'GET / HTTP/9.9\r\nHost: a\r\n\r\n', 400],
  ['an unknown method', 'FOO / HTTP/1.1\r\nHost: a\r\n\r\n', 400],
  ['a blank in a header name', `${GET}a b: c\r\n\r\n`, 400],
  ['a NUL in a header', `${GET}a: \0\r\n\r\n`, 400],
  ['a length and chunks', `${GET}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`, 400],
  ['two lengths', `${GET}Content-Length: 5\r\nContent-Length: 6\r\n\r\n`, 400],
  ['a length below zero', `${GET}Content-Length: -1\r\n\r\n`, 400],
  [
    'a chunk that is none',
    'POST /events HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n',
    400,
  ],
  ['headers of 40 kB', `${GET}a: ${'b'.repeat(40_000)}\r\n\r\n`, 431],
  ['an expectation', `${GET}Expect: a miracle\r\n\r\n`, 417],
  [
    'a length beyond the limit',
    'POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 99999999999\r\n\r\n{}',
    413,
  ],
  [
    'a body after 100-continue',
    'POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n{}',
    400,
  ],
];

for (const database of chosenBy('raw-sockets', testDatabases())) {
  test(`Raw sockets (${database.kind})`, async (t) => {
    const broker = await startBrokerProcess(t, database);
    const answersAtOnce = async () => {
      const answer = await exchange(broker.port, Buffer.from('GET /ngsi-ld/v1/entities?local=true HTTP/1.0\r\n\r\n'));
      assert.equal(answer?.status, 200);
      assert.ok(answer.ms < WAITED_FOR_OTHERS_MS, `${answer.ms} ms`);
    };

    for (const [title, bytes, status] of BYTES) {
      await t.test(`${title}: ${status}`, async () => {
        const answer = await exchange(broker.port, Buffer.from(bytes, 'latin1'));
        assert.ok(answer, 'an answer');
        assert.equal(answer.status, status, answer.body);
        assert.deepEqual(faultsOf('GET', answer), []);
        await answersAtOnce();
      });
    }

    await t.test('pipelined requests are answered in order, the invalid one last', async () => {
      const good = `${GET}\r\n`;
      const text = await everything(broker.port, `${good}${good}GET /nowhere HTTP/1.1\r\nHost: a\r\n\r\n\0\r\n\r\n`);
      assert.deepEqual(
        [...text.matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => status),
        ['200', '200', '404', '400'],
      );
    });

    await t.test('a hundred clients that never finish their requests do not block others', async () => {
      const halves = [
        'GET',
        GET,
        'POST /ngsi-ld/v1/entities HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{',
      ];
      const sockets = Array.from({ length: 100 }, (_, number) => {
        const socket = connect(broker.port, '127.0.0.1').on('error', () => {});
        socket.write(halves[number % halves.length] as string);
        return socket;
      });
      await answersAtOnce();
      for (const socket of sockets) socket.destroy();
      await answersAtOnce();
    });

    assert.equal(broker.hasEnded(), false);
    assert.doesNotMatch(broker.log(), /unhandled|uncaught/i);
  });
}

/** All bytes until the server closes. */
function everything(port: number, bytes: string): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes, 'latin1'));
    socket.setTimeout(10_000, () => socket.destroy());
    socket.setEncoding('latin1').on('data', (more) => {
      text += more;
    });
    socket.on('error', () => {});
    socket.on('close', () => resolve(text));
  });
}
