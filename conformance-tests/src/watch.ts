import { type Broker, entityPath, type Json } from './rig/broker.ts';
import type { Endpoint, EndpointBehaviour, Received } from './rig/notification-receiver.ts';
import type { Rig } from './rig/rig.ts';

interface Watch {
  readonly type: string;
  readonly endpoint: Endpoint;
  readonly subscription: string;
}

interface WatchOptions {
  readonly members?: Json;
  readonly notification?: Json;
  readonly endpoint?: Json;
  readonly behaviour?: EndpointBehaviour;
  readonly context?: string;
}

/** Subscribes to a type that is unique to the case. */
export async function watch(broker: Broker, { receiver }: Rig, options: WatchOptions = {}): Promise<Watch> {
  const { members = {}, notification = {}, endpoint: settings = {}, behaviour, context } = options;
  const type = broker.name();
  const endpoint = receiver.endpoint(behaviour);
  const subscription = await broker.subscribe(
    {
      entities: [{ type }],
      ...members,
      notification: { ...notification, endpoint: { uri: endpoint.url, ...settings } },
    },
    { context },
  );
  return { type, endpoint, subscription };
}

/** The entities of a notification. */
export function dataOf({ body }: Received): unknown {
  return body.data;
}

/** The path of an entity's attributes. */
export const attrs = (id: string) => `${entityPath(id)}/attrs`;
