import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { describe, test } from 'node:test';
import Fastify from 'fastify';
import pino from 'pino';
import { withLazyChildren } from '../../src/http/server/lazy-logger.ts';

describe('The logger of a request', () => {
  test('tells of which request it speaks, and is made for those that speak alone', async () => {
    const lines: Record<string, unknown>[] = [];
    const stream = new Writable({
      write(chunk, _encoding, done) {
        lines.push(JSON.parse(String(chunk)));
        done();
      },
    });
    let made = 0;
    const logger = pino({ level: 'info', onChild: () => made++ }, stream);
    const app = Fastify({ loggerInstance: withLazyChildren(logger), disableRequestLogging: true });
    app.get('/silent', () => 'ok');
    app.get('/loud', (request) => {
      request.log.debug('not at this level');
      request.log.warn({ lamp: 7 }, 'it flickers');
      request.log.child({ part: 'bulb' }).error('it broke');
      return 'ok';
    });
    const before = made;
    for (let n = 0; n < 5; n++) assert.equal((await app.inject('/silent')).statusCode, 200);
    assert.equal(made, before);
    assert.equal((await app.inject('/loud')).statusCode, 200);
    assert.deepEqual(
      lines.map(({ level, lamp, part, msg }) => [level, lamp, part, msg]),
      [
        [40, 7, undefined, 'it flickers'],
        [50, undefined, 'bulb', 'it broke'],
      ],
    );
    assert.ok(lines.every(({ reqId }) => reqId === 'req-6'));
    await app.close();
  });
});
