import type { Subscription } from '../../subscriptions/subscription.ts';

export interface Place {
  readonly url: URL;
  readonly endpoint: string;
}

const places = new WeakMap<Subscription, Place>();

/** Where notifications of a subscription are sent, computed once. */
export function placeOf(subscription: Subscription): Place {
  let place = places.get(subscription);
  if (place === undefined) {
    const url = new URL(subscription.notification.endpoint.uri);
    place = { url, endpoint: endpointOf(url) };
    places.set(subscription, place);
  }
  return place;
}

/** What an endpoint is called: its URL without query and credentials. */
export function endpointOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}
