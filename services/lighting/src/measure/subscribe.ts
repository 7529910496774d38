import { randomBytes, timingSafeEqual } from 'node:crypto';
import type { Database } from '@alzette/kit/database';
import type { Secrets } from '@alzette/kit/service';
import { type NgsiLdClient, putSubscription } from '@alzette/ngsi-ld-schemas';
import type { FastifyRequest } from 'fastify';
import { CABINET_MEASURED } from './cabinet-readings.ts';
import { MEASURED } from './read-notification.ts';
import { listTenants } from './tenant-rows.ts';

const HEADER = 'x-lighting-secret';
const OWNER = 'lighting.notify-secret';
const KEEP = `INSERT INTO lighting.notify_secret (secret) VALUES ($1) ON CONFLICT DO NOTHING`;
const SELECT = `SELECT secret FROM lighting.notify_secret`;

const SUBSCRIPTIONS = [
  {
    name: 'lighting-readings',
    type: 'Streetlight',
    attributes: Object.keys(MEASURED),
    description: 'What lamps measure, for the sums of their nights',
  },
  {
    name: 'lighting-cabinets',
    type: 'StreetlightControlCabinet',
    attributes: Object.keys(CABINET_MEASURED),
    description: 'What control cabinets measure, for the sums of their nights',
  },
] as const;

/** Subscribes to the readings of lamps and cabinets, tenant by tenant. */
export interface ReadingSubscriptions {
  /** @throws NgsiLdClientError: the broker refuses them */
  subscribe(tenant: string): Promise<void>;
  /** The same for all tenants that use the service: our public address may be another than at the last start. */
  subscribeAll(): Promise<void>;
  /** Whether a notification belongs to one of our subscriptions. */
  isOurs(request: FastifyRequest): boolean;
}

export async function openReadingSubscriptions(parts: {
  readonly db: Database;
  readonly client: NgsiLdClient;
  readonly context: string;
  readonly publicUrl: string;
  readonly secrets: Secrets;
}): Promise<ReadingSubscriptions> {
  const { db, client, context, publicUrl, secrets } = parts;
  const secret = await keptSecret(db, secrets);
  const create = async (tenant: string, { name, type, attributes, description }: (typeof SUBSCRIPTIONS)[number]) => {
    const subscription = {
      id: `urn:ngsi-ld:Subscription:${name}`,
      type: 'Subscription',
      description,
      entities: [{ type }],
      watchedAttributes: attributes,
      notification: {
        attributes,
        format: 'normalized',
        endpoint: {
          uri: `${publicUrl}/lighting/notifications`,
          accept: 'application/json',
          receiverInfo: [{ key: HEADER, value: secret }],
        },
      },
      jsonldContext: context,
    };
    await putSubscription(client, subscription, { tenant, context });
  };
  const subscribe = async (tenant: string) => {
    for (const each of SUBSCRIPTIONS) await create(tenant, each);
  };
  return {
    subscribe,
    async subscribeAll() {
      for (const tenant of await listTenants(db)) await subscribe(tenant);
    },
    isOurs({ headers }) {
      const given = headers[HEADER];
      if (typeof given !== 'string' || given.length !== secret.length) return false;
      return timingSafeEqual(Buffer.from(given), Buffer.from(secret));
    },
  };
}

/** The secret of all processes on the database, generated at the first start. */
async function keptSecret(db: Database, secrets: Secrets): Promise<string> {
  const drawn = randomBytes(32).toString('base64url');
  await db.query({ text: KEEP, values: [secrets.seal(drawn, OWNER)] });
  const { rows } = await db.query<{ secret: string }>({ text: SELECT });
  return secrets.open(rows[0]?.secret ?? '', OWNER);
}
