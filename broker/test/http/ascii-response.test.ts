import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import Fastify from 'fastify';
import { AsciiResponse } from '../../src/http/server/ascii-response.ts';

const TEXTS = ['', 'plain', 'né à Esch', 'ÿ', '10 €', '💡', `${'a'.repeat(70_000)}`, `${'a'.repeat(70_000)}é`];

describe('An answer', () => {
  for (const hasOwnHeader of [false, true])
    test(`arrives as UTF-8 whatever is in it, one after the other on a connection, ${hasOwnHeader ? 'with' : 'without'} a header set by itself`, async () => {
      const app = Fastify({ http: { ServerResponse: AsciiResponse } });
      if (hasOwnHeader) {
        // Node then keeps all headers, the length among them, where they can be asked for.
        app.addHook(
          'onRequest',
          async (_request, reply) => void reply.raw.setHeader('X-Content-Type-Options', 'nosniff'),
        );
      }
      app.get('/:n', (request, reply) => {
        const { n } = request.params as { n: string };
        return reply.type('text/plain; charset=utf-8').send(TEXTS[Number(n)]);
      });
      app.get('/buffer', () => Buffer.from([0, 200, 255]));
      await app.listen({ port: 0, host: '127.0.0.1' });
      const url = app.listeningOrigin;
      for (const [n, text] of [...TEXTS.entries(), ...[...TEXTS.entries()].reverse()]) {
        const answer = await fetch(`${url}/${n}`);
        assert.equal(answer.headers.get('content-length'), String(Buffer.byteLength(text)));
        assert.equal(await answer.text(), text);
        const head = await fetch(`${url}/${n}`, { method: 'HEAD' });
        assert.equal(head.headers.get('content-length'), String(Buffer.byteLength(text)));
      }
      assert.deepEqual(
        new Uint8Array(await (await fetch(`${url}/buffer`)).arrayBuffer()),
        new Uint8Array([0, 200, 255]),
      );
      await app.close();
    });
});
