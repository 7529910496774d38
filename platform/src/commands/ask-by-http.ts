import type { AskProduct } from '@alzette/packs/kinds';

/**
 * Sends requests to the running product as an administrator; bytes are a zip.
 *
 * @param key an API key; absent: access is open
 * @param tenant absent: the default one
 */
export function askByHttp(url: string, key: string | undefined, tenant?: string): AskProduct {
  return async (method, path, body) => {
    const answer = await fetch(url.replace(/\/$/, '') + path, {
      method,
      headers: {
        ...(body !== undefined && { 'content-type': body instanceof Buffer ? 'application/zip' : 'application/json' }),
        ...(key !== undefined && { 'x-api-key': key }),
        ...(tenant !== undefined && { 'ngsild-tenant': tenant }),
      },
      ...(body !== undefined && { body: body instanceof Buffer ? new Uint8Array(body) : JSON.stringify(body) }),
    }).catch((cause: Error) => {
      throw new Error(`${url} can't be reached: ${(cause.cause as Error | undefined)?.message ?? cause.message}`);
    });
    const text = await answer.text();
    return { status: answer.status, body: text === '' ? undefined : JSON.parse(text) };
  };
}
