import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { test } from 'node:test';
import { Agent } from 'undici';
import { AccessTokens } from './access-tokens.ts';

test('stops reading a token endpoint whose answer never ends', async (t) => {
  let sent = 0;
  const server = createServer((_request, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    response.on('error', () => {});
    const chunk = Buffer.alloc(16 * 1024, ' ');
    const more = (): void => {
      while (!response.destroyed && response.write(chunk)) sent += chunk.length;
      if (!response.destroyed) response.once('drain', more);
    };
    more();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const pool = new Agent();
  t.after(async () => {
    await pool.destroy();
    server.closeAllConnections();
    server.close();
  });
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/token`;
  const info = [
    { key: 'OAuth2-Token-URL', value: url },
    { key: 'OAuth2-Client-Id', value: 'me' },
    { key: 'OAuth2-Client-Secret', value: 'secret' },
  ];
  await assert.rejects(new AccessTokens(pool, 'open').get(info), /answered with more than 65536 bytes/);
  // The size of the buffers in between, and no more.
  assert.ok(sent < 32 * 1024 * 1024, `${sent} bytes were taken`);
});
