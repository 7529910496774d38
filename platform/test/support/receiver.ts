import { once } from 'node:events';
import { createServer } from 'node:http';

interface Notification {
  readonly id: string;
  readonly subscriptionId: string;
  readonly data: readonly { readonly id: string; readonly [attribute: string]: unknown }[];
}

/** An HTTP endpoint that records notifications. */
export interface Receiver {
  readonly url: string;
  readonly notifications: readonly Notification[];
  /** Ids of the entities in notifications. */
  notifiedIds(): Set<string>;
  close(): Promise<void>;
}

export async function startReceiver(): Promise<Receiver> {
  const notifications: Notification[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    notifications.push(JSON.parse(Buffer.concat(chunks).toString()));
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port was given');
  return {
    url: `http://127.0.0.1:${address.port}/notify`,
    notifications,
    notifiedIds: () => new Set(notifications.flatMap(({ data }) => data.map(({ id }) => id))),
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
