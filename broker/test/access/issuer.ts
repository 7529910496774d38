import { createServer } from 'node:http';
import type { TestContext } from 'node:test';
import { exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

/** The part of an OpenID Connect issuer that a verifier of its tokens needs. */
export interface Issuer {
  readonly url: string;
  /** A token, valid for five minutes unless the claims say otherwise. */
  token(claims?: JWTPayload & Record<string, unknown>): Promise<string>;
  /** Signs with a new key from now on and removes the old one. */
  rotate(): Promise<void>;
  /** Stops answering. */
  stop(): Promise<void>;
  /** The number of requests for its keys. */
  readonly asked: () => number;
}

export const AUDIENCE = 'http://alzette.test';

export async function startIssuer(t: Pick<TestContext, 'after'>, algorithm = 'ES256'): Promise<Issuer> {
  let count = 0;
  let asked = 0;
  const make = async () => ({ kid: `key-${++count}`, ...(await generateKeyPair(algorithm, { extractable: true })) });
  let key = await make();
  const server = createServer(async (request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url === '/.well-known/openid-configuration') {
      response.end(JSON.stringify({ issuer: url, jwks_uri: `${url}/jwks` }));
    } else if (request.url === '/jwks') {
      asked++;
      response.end(
        JSON.stringify({ keys: [{ ...(await exportJWK(key.publicKey)), kid: key.kid, alg: algorithm, use: 'sig' }] }),
      );
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as { port: number }).port}`;
  const stop = async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  };
  t.after(stop);
  return {
    url,
    asked: () => asked,
    token: ({ iss = url, aud = AUDIENCE, sub = 'someone', exp, iat, ...claims } = {}) =>
      new SignJWT({ client_id: 'portal', auth_time: Math.floor(Date.now() / 1000), ...claims })
        .setProtectedHeader({ alg: algorithm, kid: key.kid, typ: 'at+jwt' })
        .setIssuer(iss)
        .setAudience(aud)
        .setSubject(sub)
        .setIssuedAt(iat)
        .setExpirationTime(exp ?? '5m')
        .sign(key.privateKey),
    async rotate() {
      key = await make();
    },
    stop,
  };
}
