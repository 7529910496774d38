import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { IdentityParts } from '../parts.ts';

const COOKIE = 'alzette_known';
const IN_COOKIES = /(?:^|; )alzette_known=([\w.-]+)/;
const DAYS = 400; // the maximum lifetime of a cookie in browsers
const MAX_ACCOUNTS = 8;
const BROWSER_ID = /^[\w-]{22}$/;

/**
 * The id of the browser, if it has signed in to the account before. A cookie stores it (OWASP's "device cookie"):
 * failures of other browsers lock them out, but not the browsers of the owner. The cookie is no credential.
 */
export function knownBrowser(parts: IdentityParts, request: FastifyRequest, account: string): string | undefined {
  const [browser, ...marks] = marksOf(request);
  if (browser === undefined) return undefined;
  const expected = Buffer.from(markOf(parts, browser, account));
  const isKnown = marks.some((mark) => mark.length === expected.length && timingSafeEqual(Buffer.from(mark), expected));
  return isKnown ? browser : undefined;
}

/** Marks the browser as one that has signed in to the account. */
export function rememberBrowser(
  parts: IdentityParts,
  request: FastifyRequest,
  reply: FastifyReply,
  account: string,
): void {
  const [browser = randomBytes(16).toString('base64url'), ...marks] = marksOf(request);
  const mark = markOf(parts, browser, account);
  const kept = [mark, ...marks.filter((each) => each !== mark)].slice(0, MAX_ACCOUNTS);
  const secure = parts.publicUrl.startsWith('https:') ? '; Secure' : '';
  const lasting = `Path=/oidc; Max-Age=${DAYS * 86_400}; HttpOnly; SameSite=Lax${secure}`;
  reply.header('set-cookie', `${COOKIE}=${[browser, ...kept].join('.')}; ${lasting}`);
}

/** The id of the browser, then one mark per account. */
function marksOf(request: FastifyRequest): readonly string[] {
  const parts = IN_COOKIES.exec(request.headers.cookie ?? '')?.[1]?.split('.') ?? [];
  return BROWSER_ID.test(parts[0] ?? '') ? parts.slice(0, MAX_ACCOUNTS + 1) : [];
}

function markOf({ secrets }: IdentityParts, browser: string, account: string): string {
  return createHmac('sha256', secrets.derive('known browsers'))
    .update(`${browser} ${account}`)
    .digest('base64url')
    .slice(0, 22);
}
