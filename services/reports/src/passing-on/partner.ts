import { fetch, type Response } from 'undici';
import type { Partner } from '../contract/categories.ts';
import type { Report } from '../contract/report.ts';
import type { ReportParts } from '../parts.ts';
import { readPartnerKey } from '../store/partner-keys.ts';

/** The GeoReport v2 endpoint of who is responsible. */

const TIMEOUT_MS = 30_000;
const MAX_SAID = 500;
const MAX_ANSWER = 5_000_000;
/** It did not even try. */
const BUSY = new Set([429, 503]);
const NOT_CONNECTED = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'UND_ERR_CONNECT_TIMEOUT']);
const HOUR_MS = 3_600_000;

/** The partner has refused the request, or does not say that it has it. */
export class NotTaken extends Error {
  readonly why: 'refused' | 'unknown';

  constructor(why: 'refused' | 'unknown', said: string, options?: ErrorOptions) {
    super(said, options);
    this.why = why;
  }
}

/**
 * Sends a request, once.
 *
 * @returns its number at the partner; undefined: the partner tells none
 * @throws NotTaken: it was refused, or it is not known whether it has arrived; another error: it has certainly not
 */
export async function postToPartner(
  parts: ReportParts,
  tenant: string,
  { url, serviceCode, jurisdiction }: Partner,
  {
    report,
    text,
    address,
    links,
  }: { readonly report: Report; readonly text: string; readonly address: string; readonly links: readonly string[] },
): Promise<string | undefined> {
  const [longitude, latitude] = report.position;
  const [photo, ...otherPhotos] = links; // GeoReport has room for one
  const key = await readPartnerKey(parts.db, parts.secrets, tenant, url);
  const body = new URLSearchParams({
    service_code: serviceCode,
    lat: String(latitude),
    long: String(longitude),
    address_string: address,
    description: [text, ...otherPhotos].join('\n\n'),
    ...(key !== undefined && { api_key: key }),
    ...(jurisdiction !== undefined && { jurisdiction_id: jurisdiction }),
    ...(photo !== undefined && { media_url: photo }),
  });
  const answer = await asked(parts, `${endpoint(url)}/requests.json`, { method: 'POST', body });
  const said = await textOf(answer);
  if (BUSY.has(answer.status)) throw new Error(`${answer.status} ${brief(said)}`);
  if (answer.status >= 400 && answer.status < 500) throw new NotTaken('refused', `${answer.status} ${brief(said)}`);
  if (!answer.ok) throw new NotTaken('unknown', `${answer.status} ${brief(said)}`);
  return numberOf(listIn(said)[0]);
}

/**
 * The number of a request that was sent before.
 *
 * @throws NotTaken: the partner does not list it
 */
export async function findAtPartner(
  parts: ReportParts,
  { url, serviceCode, jurisdiction }: Partner,
  report: string,
  sentAt: string,
): Promise<string | undefined> {
  const query = new URLSearchParams({
    service_code: serviceCode,
    start_date: new Date(Date.parse(sentAt) - HOUR_MS).toISOString(),
    ...(jurisdiction !== undefined && { jurisdiction_id: jurisdiction }),
  });
  const answer = await asked(parts, `${endpoint(url)}/requests.json?${query}`, {});
  const found = answer.ok ? listIn(await textOf(answer)).find((each) => mentions(each, report)) : undefined;
  if (found === undefined) throw new NotTaken('unknown', `${new URL(url).host} does not list ${report}`);
  return numberOf(found);
}

async function asked(
  { outgoing }: ReportParts,
  url: string,
  options: { readonly method?: string; readonly body?: URLSearchParams },
): Promise<Response> {
  const verdict = await outgoing.check(url, ['https:', 'http:']);
  if (!verdict.allowed) throw new NotTaken('refused', verdict.reason);
  const { dispatcher } = outgoing;
  const init = { ...options, dispatcher, redirect: 'error' as const, signal: AbortSignal.timeout(TIMEOUT_MS) };
  try {
    return await fetch(url, init);
  } catch (cause) {
    const reason = reasonOf(cause);
    const said = `${new URL(url).host}: ${reason.message}`;
    if ('code' in reason && NOT_CONNECTED.has(String(reason.code))) throw new Error(said, { cause });
    throw new NotTaken('unknown', said, { cause });
  }
}

async function textOf(answer: Response): Promise<string> {
  let text = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of answer.body ?? []) {
      text += decoder.decode(chunk as Uint8Array, { stream: true }); // a body of bytes
      if (text.length > MAX_ANSWER) break;
    }
  } catch (cause) {
    throw new NotTaken('unknown', reasonOf(cause).message, { cause });
  }
  return text;
}

/** Some servers answer one request without a list. */
function listIn(text: string): readonly unknown[] {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? value : [value];
  } catch {
    return [];
  }
}

function numberOf(request: unknown): string | undefined {
  if (typeof request !== 'object' || request === null || !('service_request_id' in request)) return undefined;
  const { service_request_id: id } = request;
  return (typeof id === 'string' && id !== '') || typeof id === 'number' ? String(id).slice(0, 100) : undefined;
}

function mentions(request: unknown, report: string): boolean {
  const isTold = typeof request === 'object' && request !== null && 'description' in request;
  return isTold && typeof request.description === 'string' && request.description.includes(report);
}

function reasonOf(cause: unknown): Error {
  const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
  return inner instanceof Error ? inner : new Error(String(inner));
}

function brief(text: string): string {
  return text.slice(0, MAX_SAID);
}

function endpoint(url: string): string {
  return url.replace(/\/+$/, '');
}
