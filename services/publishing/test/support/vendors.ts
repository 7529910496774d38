import { generateKeyPairSync, verify } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { createSecureServer, type IncomingHttpHeaders } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { json, text } from 'node:stream/consumers';
import type { TestContext } from 'node:test';

/** A message that a push service accepted for a device. */
interface Taken {
  readonly device: string;
  readonly headers: IncomingHttpHeaders;
  // biome-ignore lint/suspicious/noExplicitAny: what it holds is for the test to say
  readonly body: any;
}

/** The payload of a JWT, if its signature is valid for this public key. */
function readToken(token: string, publicKey: string): Readonly<Record<string, unknown>> | undefined {
  const [header = '', claims = '', signature = ''] = token.split('.');
  const key = { key: publicKey, dsaEncoding: 'ieee-p1363' } as const;
  const isGenuine = verify('sha256', Buffer.from(`${header}.${claims}`), key, Buffer.from(signature, 'base64url'));
  return isGenuine ? JSON.parse(Buffer.from(claims, 'base64url').toString()) : undefined;
}

/**
 * A server with the API of Firebase Cloud Messaging (HTTP v1): issues access tokens for a signed assertion (RFC 7523),
 * accepts messages with such a token, and does not know devices whose token begins with `gone`.
 */
export async function startFcm(t: TestContext) {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const taken: Taken[] = [];
  const account = {
    project_id: 'territory',
    client_email: `push-${process.pid}@territory.example`,
    private_key: privateKey,
  };
  let url = '';
  let given = 0;
  let valid = '';
  const server = createServer(async (request, response) => {
    const answer = (status: number, body: object) => response.writeHead(status).end(JSON.stringify(body));
    if (request.url === '/token') {
      const form = new URLSearchParams(await text(request));
      const claims = readToken(form.get('assertion') ?? '', publicKey);
      const isRight = claims?.aud === `${url}/token` && claims.iss === account.client_email;
      if (!isRight) return answer(400, { error: 'invalid_grant' });
      given += 1;
      valid = `access-${given}`;
      return answer(200, { access_token: valid, expires_in: 3600, token_type: 'Bearer' });
    }
    const { message } = (await json(request)) as { message: { token: string } };
    if (request.headers.authorization !== `Bearer ${valid}`)
      return answer(401, { error: { status: 'UNAUTHENTICATED' } });
    if (request.url !== '/v1/projects/territory/messages:send') return answer(404, {});
    if (message.token.startsWith('gone')) return answer(404, { error: { status: 'NOT_FOUND' } });
    taken.push({ device: message.token, headers: request.headers, body: message });
    return answer(200, { name: 'projects/territory/messages/1' });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  t.after(() => server.close());
  return {
    taken,
    settings: { ...account, token_uri: `${url}/token`, api: url, type: 'service_account' },
    /** Revokes the access token, as Google may do. */
    revoke: () => (valid = ''),
    tokensGiven: () => given,
  };
}

/** A server with the API of Apple's push service: only HTTP/2, a token signed with ES256, 410 for removed devices. */
export async function startApns(t: TestContext, tls: { readonly cert: string; readonly key: string }) {
  const { publicKey, privateKey } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const taken: Taken[] = [];
  const server = createSecureServer({ ...tls, allowHTTP1: false }, async (request, response) => {
    const answer = (status: number, reason?: string) => {
      response.writeHead(status);
      response.end(reason === undefined ? '' : JSON.stringify({ reason }));
    };
    const body = await json(request);
    const claims = readToken(/^bearer (.*)$/.exec(request.headers.authorization ?? '')?.[1] ?? '', publicKey);
    const age = Date.now() / 1000 - Number(claims?.iat);
    if (claims?.iss !== 'TEAM' || !(age >= 0 && age < 3600)) return answer(403, 'InvalidProviderToken');
    const device = /^\/3\/device\/(.+)$/.exec(request.url)?.[1] ?? '';
    if (device.startsWith('gone')) return answer(410, 'Unregistered');
    if (device.startsWith('bad')) return answer(400, 'BadDeviceToken');
    taken.push({ device, headers: request.headers, body });
    answer(200);
  });
  const sessions = new Set<{ destroy(): void }>();
  server.on('session', (session) => sessions.add(session));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  t.after(() => {
    for (const session of sessions) session.destroy();
    server.close();
  });
  const api = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return { taken, settings: { keyId: 'KEY', teamId: 'TEAM', privateKey, topic: 'org.example.app', api } };
}
