import assert from 'node:assert/strict';
import { eventually } from '@alzette/kit/testing';
import type { Received } from '../../../channels/test/support/http-receiver.ts';
import type { newBrowser } from '../../../channels/test/support/web-push-browser.ts';

/** What a browser reads in a message. */
export interface Shown {
  readonly key: string;
  readonly title: string;
  readonly text: string;
  readonly link: string;
  readonly confirm?: { readonly endpoint: string; readonly token: string };
}

/** The messages to a browser at a push service, decrypted. @param path of its endpoint */
export function messagesTo(received: readonly Received[], path: string, browser: ReturnType<typeof newBrowser>) {
  return received.filter((each) => each.path === path).map(({ body }) => browser.decrypt(body) as Shown);
}

/** Waits for the first message to a browser and confirms it, as the app's service worker does. */
export async function confirmDevice(
  received: readonly Received[],
  path: string,
  browser: ReturnType<typeof newBrowser>,
  post: (path: string, body: object) => Promise<number>,
): Promise<void> {
  const first = await eventually('the first message', () => messagesTo(received, path, browser)[0]);
  assert.ok(first?.confirm, JSON.stringify(first));
  const { endpoint, token } = first.confirm;
  assert.equal(await post(`/citizen/v1/push/endpoints/${endpoint}/confirmation`, { token }), 204);
}
