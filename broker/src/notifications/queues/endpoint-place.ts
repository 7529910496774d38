import type { Subscription } from '../../subscriptions/subscription.ts';

export interface Place {
  readonly url: URL;
  readonly endpoint: string;
}

const places = new WeakMap<Subscription, Place>();

/** Where a subscription's notifications go, found out once. */
export function placeOf(subscription: Subscription): Place {
  let place = places.get(subscription);
  if (place === undefined) {
    const url = new URL(subscription.notification.endpoint.uri);
    place = { url, endpoint: endpointOf(url) };
    places.set(subscription, place);
  }
  return place;
}

/** What shares a queue: an endpoint without its query and credentials. */
export function endpointOf({ protocol, host, pathname }: URL): string {
  return `${protocol}//${host}${pathname}`;
}
