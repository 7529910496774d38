import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { eventually } from '@alzette/kit/testing';
import { createBroker } from '../../src/main.ts';
import { testDatabases } from '../support/index.ts';

test('with a certificate the broker uses TLS, and sends HSTS', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'alzette-tls-'));
  t.after(() => rmSync(folder, { recursive: true }));
  const [key, cert] = [join(folder, 'key.pem'), join(folder, 'cert.pem')];
  try {
    execFileSync(
      'openssl',
      [
        'req',
        '-x509',
        '-newkey',
        'ec',
        '-pkeyopt',
        'ec_paramgen_curve:P-256',
        '-nodes',
        '-keyout',
        key,
        '-out',
        cert,
        '-days',
        '1',
        '-subj',
        '/CN=localhost',
      ],
      { stdio: 'ignore' },
    );
  } catch {
    t.skip('openssl is missing');
    return;
  }
  const tls = { key: readFileSync(key, 'utf8'), cert: readFileSync(cert, 'utf8') };
  const [database] = testDatabases();
  assert.ok(database);
  const broker = await createBroker({ db: await database.open(), publicUrl: 'https://localhost', tls });
  t.after(() => broker.close());
  const url = new URL('/live', await broker.app.listen({ host: '127.0.0.1', port: 0 }));
  assert.equal(url.protocol, 'https:');
  const headers = await new Promise<Record<string, unknown>>((resolve, reject) => {
    request(url, { ca: tls.cert, servername: 'localhost' }, (answer) => {
      answer.resume();
      resolve({ status: answer.statusCode, ...answer.headers });
    })
      .on('error', reject)
      .end();
  });
  assert.equal(headers.status, 200);
  assert.equal(headers['x-content-type-options'], 'nosniff');
  assert.match(String(headers['strict-transport-security']), /max-age=31536000/);
  await assert.rejects(fetch(String(url).replace('https', 'http')));
  const waiting = request(new URL('/ngsi-ld/v1/entities', url), {
    ca: tls.cert,
    servername: 'localhost',
    method: 'POST',
    headers: { 'content-type': 'application/json', 'content-length': '9' },
  });
  waiting.on('error', () => {});
  waiting.write('{');
  await eventually('one request under way', () => broker.unanswered() === 1);
  waiting.destroy();
  await eventually('no request under way', () => broker.unanswered() === 0);
});
