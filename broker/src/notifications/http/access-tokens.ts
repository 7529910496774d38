import { namedCache } from '@alzette/kit/caches';
import type { Dispatcher } from 'undici';
import { allowedUrl, type OutgoingPolicy } from '../../outgoing/outgoing-url.ts';
import type { KeyValue } from '../../subscriptions/subscription.ts';

interface Grant {
  readonly url: string;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly scope: string | undefined;
}

interface Token {
  readonly text: Promise<string>;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** Tokens are renewed this long before they expire. */
const MARGIN_MS = 30_000;
/** For servers that don't state the lifetime of their tokens. */
const DEFAULT_LIFETIME_S = 300;
const LARGEST_ANSWER_BYTES = 64 * 1024;
const TOKENS_BYTES = 16 * 1024 * 1024;

/**
 * Bearer tokens for endpoints that require them: OAuth 2.0 client credentials (RFC 6749, 4.4). Each token is cached
 * until it expires.
 */
export class AccessTokens {
  readonly #pool: Dispatcher;
  readonly #policy: OutgoingPolicy;
  readonly #tokens = namedCache<Token>('endpoint_tokens', TOKENS_BYTES, 'broker');

  constructor(pool: Dispatcher, policy: OutgoingPolicy) {
    this.#pool = pool;
    this.#policy = policy;
  }

  /** Undefined if the subscription needs no token. @throws Error: the token server returned none */
  async get(notifierInfo: readonly KeyValue[]): Promise<string | undefined> {
    const grant = grantOf(notifierInfo);
    if (grant === undefined) return undefined;
    const key = JSON.stringify(grant);
    const known = this.#tokens.get(key);
    if (known !== undefined && performance.now() < known.expiresAt) return known.text;
    const token: Token = {
      text: this.#fetch(grant, (expiresAt) => {
        token.expiresAt = expiresAt;
      }),
      expiresAt: Number.POSITIVE_INFINITY,
    };
    this.#tokens.set(key, token, LARGEST_ANSWER_BYTES);
    token.text.then(
      (text) => this.#tokens.set(key, token, 2 * text.length),
      () => this.#tokens.delete(key),
    );
    return token.text;
  }

  /** Called when the endpoint has refused the token, so that a new one is requested. */
  forget(notifierInfo: readonly KeyValue[]): void {
    const grant = grantOf(notifierInfo);
    if (grant !== undefined) this.#tokens.delete(JSON.stringify(grant));
  }

  async #fetch(grant: Grant, expires: (at: number) => void): Promise<string> {
    const verdict = await allowedUrl(grant.url, this.#policy);
    if (!verdict.allowed) throw new Error(`OAuth2-Token-URL: ${verdict.reason}`);
    const { url } = verdict;
    const body = new URLSearchParams({ grant_type: 'client_credentials', ...(grant.scope && { scope: grant.scope }) });
    const basic = `${encodeURIComponent(grant.clientId)}:${encodeURIComponent(grant.clientSecret)}`;
    const response = await this.#pool.request({
      origin: url.origin,
      path: `${url.pathname}${url.search}`,
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(basic).toString('base64')}`,
        'content-type': 'application/x-www-form-urlencoded',
        accept: 'application/json',
      },
      body: body.toString(),
      headersTimeout: 5000,
      bodyTimeout: 5000,
      signal: AbortSignal.timeout(10_000), // a total limit, so that a slow stream can't block the delivery
    });
    const text = await boundedText(response.body, url.origin);
    if (response.statusCode !== 200) throw new Error(`${url.origin} returned no token: status ${response.statusCode}`);
    const answer = JSON.parse(text) as { access_token?: unknown; expires_in?: unknown };
    if (typeof answer.access_token !== 'string') throw new Error(`${url.origin} answered without an access_token`);
    const lifetime = Number(answer.expires_in ?? DEFAULT_LIFETIME_S);
    expires(performance.now() + Math.max(lifetime * 1000 - MARGIN_MS, lifetime * 500));
    return answer.access_token;
  }
}

/** @throws Error: it is larger than a token can be */
async function boundedText(body: Dispatcher.ResponseData['body'], origin: string): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    size += chunk.length;
    // Leaving the loop closes the connection.
    if (size > LARGEST_ANSWER_BYTES) throw new Error(`${origin} answered with more than ${LARGEST_ANSWER_BYTES} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function grantOf(notifierInfo: readonly KeyValue[]): Grant | undefined {
  if (notifierInfo.length === 0) return undefined;
  const info = new Map(notifierInfo.map(({ key, value }) => [key, value]));
  const url = info.get('OAuth2-Token-URL');
  const clientId = info.get('OAuth2-Client-Id');
  const clientSecret = info.get('OAuth2-Client-Secret');
  if (url === undefined || clientId === undefined || clientSecret === undefined) return undefined;
  return { url, clientId, clientSecret, scope: info.get('OAuth2-Scope') };
}
