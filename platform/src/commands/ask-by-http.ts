import type { AskProduct } from '@alzette/packs/kinds';

/**
 * Sends requests to the running product as an administrator; bytes are a zip, a text is CSV.
 *
 * @param key an API key; absent: access is open
 * @param tenant absent: the default one
 */
export function askByHttp(url: string, key: string | undefined, tenant?: string): AskProduct {
  return async (method, path, body) => {
    const answer = await fetch(url.replace(/\/$/, '') + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': mediaTypeOf(body) }),
        ...(key !== undefined && { 'x-api-key': key }),
        ...(tenant !== undefined && { 'ngsild-tenant': tenant }),
      },
      ...(body !== undefined && { body: written(body) }),
    }).catch((cause: Error) => {
      throw new Error(`${url} can't be reached: ${(cause.cause as Error | undefined)?.message ?? cause.message}`);
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
}

function mediaTypeOf(body: unknown): string {
  if (body instanceof Buffer) return 'application/zip';
  return typeof body === 'string' ? 'text/csv' : 'application/json';
}

function written(body: unknown): Uint8Array<ArrayBuffer> | string {
  if (body instanceof Buffer) return new Uint8Array(body);
  return typeof body === 'string' ? body : JSON.stringify(body);
}
