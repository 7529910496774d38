import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { findProgram } from '../../../../scripts/programs.ts';
import { outgoingDial } from '../../outgoing/outgoing-url.ts';
import type { Attempt } from '../attempt.ts';
import { HttpSender } from './fast/http-sender.ts';
import { postNotification } from './post-notification.ts';

const openssl = findProgram('/usr/bin/openssl', 'openssl');

test('https: accepts trusted certificates only, and reuses connections', {
  skip: openssl === undefined && 'openssl is missing',
}, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'alzette-https-'));
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost'];
  const files = ['-keyout', 'key.pem', '-out', 'cert.pem'];
  const args = ['req', '-x509', '-newkey', 'rsa:2048', '-nodes', '-days', '1', ...files, ...names];
  execFileSync(openssl as string, args, { cwd: folder, stdio: 'ignore' });
  const [key, cert] = [readFileSync(join(folder, 'key.pem')), readFileSync(join(folder, 'cert.pem'), 'utf8')];

  let connections = 0;
  const received: string[] = [];
  const server = createServer({ key, cert }, (request, response) => {
    request.setEncoding('utf8').on('data', (text) => received.push(text));
    request.on('end', () => response.end('thanks'));
  });
  server.on('secureConnection', () => connections++);
  server.listen(0, 'localhost');
  await once(server, 'listening');
  const sender = new HttpSender(outgoingDial('open'));
  const trusted = getCACertificates('default');
  t.after(() => {
    sender.close();
    server.closeAllConnections();
    server.close();
    setDefaultCACertificates(trusted);
    rmSync(folder, { recursive: true });
  });
  const url = new URL(`https://localhost:${(server.address() as AddressInfo).port}/`);
  const post = (body: string) =>
    new Promise<Attempt>((resolve) => postNotification(sender, url, {}, body, 5000, resolve));

  const refused = await post('1');
  assert.ok(!refused.ok && refused.endpointDown && refused.error.startsWith('self-signed certificate'));
  setDefaultCACertificates([...trusted, cert]);
  assert.deepEqual(await post('"é"'), { ok: true });
  assert.deepEqual(await post('3'), { ok: true });
  assert.deepEqual(received, ['"é"', '3']);
  assert.equal(connections, 1);
});
