import { missing, Problem, refused } from '@alzette/kit/problems';
import type { AddressLimit } from '@alzette/kit/routes';
import type { Handlers, RequestOf } from '@alzette/kit/serve';
import { BY_SECRET, type DeviceContract, type GivenDevice, MAX_TOPICS, type Wishes } from '../contract/devices.ts';
import type { PublishingParts } from '../parts.ts';
import { type Address, confirmEndpoint, deleteEndpoint, findWishes, saveEndpoint, updateWishes } from './endpoints.ts';

type OfDevice = RequestOf<DeviceContract['operations']['wishes' | 'setWishes' | 'changeTopics' | 'remove']>;

/** `/citizen/v1/push`: devices subscribe anonymously. */
export function endpointHandlers(parts: PublishingParts, limit: AddressLimit): Handlers<DeviceContract> {
  const { db, secrets, webPush } = parts;

  /** @throws Problem 401, 404 */
  async function own({ tenant, params: { id }, headers }: OfDevice): Promise<{ id: string; wishes: Wishes }> {
    const secret = /^Device ([A-Za-z0-9_-]{20,100})$/.exec(headers.authorization ?? '')?.[1];
    if (secret === undefined) throw new Problem(401, 'Unauthorized', `Expected ${BY_SECRET}`);
    const wishes = await findWishes(db, tenant, id, secret);
    if (wishes === undefined) throw missing('endpoint', id);
    return { id, wishes };
  }

  return {
    key: async ({ tenant }) => ({ key: await webPush.publicKey(tenant) }),
    async add({ tenant, ip, body: { subscription, device, ...wishes } }) {
      limit.take(ip);
      const address = addressOf(subscription, device);
      if (address.provider === 'web') {
        const objection = await webPush.objectionTo(address.subscription.endpoint);
        if (objection !== undefined) {
          throw refused('subscription.endpoint', address.subscription.endpoint, `another URL: ${objection}`);
        }
      }
      const saved = await saveEndpoint(db, secrets, tenant, address, wishes);
      parts.wake();
      return saved;
    },
    async confirm({ tenant, params: { id }, body: { token } }) {
      if (!(await confirmEndpoint(db, tenant, id, token))) throw missing('unconfirmed endpoint', id);
    },
    wishes: async (request) => (await own(request)).wishes,
    async setWishes(request) {
      const { id } = await own(request);
      await updateWishes(db, request.tenant, id, request.body);
    },
    async changeTopics(request) {
      const { id, wishes } = await own(request);
      const { add = [], remove = [] } = request.body;
      const topics = [...new Set([...wishes.topics, ...add])].filter((topic) => !remove.includes(topic));
      if (topics.length > MAX_TOPICS) throw refused('add', add.length, `at most ${MAX_TOPICS} topics together`);
      await updateWishes(db, request.tenant, id, { ...wishes, topics });
      return { topics };
    },
    async remove(request) {
      await deleteEndpoint(db, request.tenant, (await own(request)).id);
    },
  };
}

/** @throws Problem 400: neither of the two, or both */
function addressOf(subscription: GivenDevice['subscription'], device: GivenDevice['device']): Address {
  if (subscription !== undefined && device === undefined) {
    const { endpoint, keys } = subscription;
    return { provider: 'web', subscription: { endpoint, keys } };
  }
  if (device !== undefined && subscription === undefined) return device;
  throw refused('subscription', subscription && 'a subscription and a device', 'one of subscription and device');
}
