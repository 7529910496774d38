import { keyedHashes, openSealedKey } from '@alzette/kit/sealed-key';
import { ENTITY_KINDS } from '../../../../services/publishing/src/items/entity-of-item.ts';
import { itemObjects } from '../../../../services/publishing/src/items/item-objects.ts';
import { insertItem } from '../../../../services/publishing/src/items/item-rows.ts';
import { writeDueEntities } from '../../../../services/publishing/src/items/write-entities.ts';
import type { PublishingParts } from '../../../../services/publishing/src/parts.ts';
import { announceItems } from '../../../../services/publishing/src/push/announce.ts';
import { deliverDue } from '../../../../services/publishing/src/push/deliver.ts';
import { insertEndpoint } from '../../../../services/publishing/src/push/endpoints.ts';
import { addMessage } from '../../../../services/publishing/src/push/messages.ts';
import type { KillCase } from '../kill-every-statement.ts';

const END_LEASES = 'UPDATE publishing.push_delivery SET due_at = now() WHERE tenant = $1 AND due_at > now()';
const MESSAGES = `
  SELECT topics, addressed, accepted, gone, failed,
    (SELECT count(*)::int FROM publishing.push_delivery d WHERE d.tenant = $1 AND d.message = m.id) AS waiting
  FROM publishing.push_message m WHERE tenant = $1 ORDER BY id`;
const ITEMS = 'SELECT state, told, entity_version = version AS "isWritten" FROM publishing.item WHERE tenant = $1';

/** An item that becomes public is written as an entity, and devices are told of it. */
export const publishing: KillCase = {
  name: 'items and push messages of publishing',
  services: ['publishing'],
  covers: ['loop: services/publishing/src/service.ts'],
  async open({ given, db }) {
    const pushed = new Map<string, Set<string>>();
    let tenantNow = '';
    const parts: PublishingParts = {
      ...given,
      publicClient: given.publicClient(),
      objects: itemObjects(db, given.territories),
      keyed: keyedHashes(await openSealedKey(db, given.secrets, 'publishing.secret_key', 'publishing.secret-key')),
      webPush: {
        publicKey: async () => '',
        async send(_tenant, { endpoint }) {
          pushed.set(tenantNow, (pushed.get(tenantNow) ?? new Set()).add(endpoint));
          return endpoint.endsWith('/gone') ? { outcome: 'refused', detail: 'HTTP 410' } : { outcome: 'sent' };
        },
        async exchange() {
          throw new Error('no device of Google or Apple here');
        },
        objectionTo: async () => undefined,
      },
      images: undefined,
      wake() {},
    };
    const { timeZone } = given.territories.of('');
    return {
      async prepare(tenant) {
        for (const name of ['one', 'two', 'gone']) {
          const subscription = { endpoint: `https://push.example.org/${name}`, keys: { p256dh: '', auth: '' } };
          const wishes = { topics: ['news@thil'], language: 'fr' } as const;
          await insertEndpoint(db, given.secrets, tenant, { provider: 'web', subscription }, wishes);
        }
        const document = { texts: { fr: { title: 'Bonjour' } }, push: true };
        const published = {
          publishAt: new Date(Date.now() - 1_000),
          sortAt: new Date(0),
          state: 'ready',
          author: 'the drill',
        } as const;
        await insertItem(db, tenant, { id: 'item', kind: 'news', owner: 'thil', document, ...published });
      },
      async work(tenant) {
        tenantNow = tenant;
        await writeDueEntities(parts);
        await announceItems(parts, {
          send: async (of, message) => void (await addMessage(parts.db, of, message, timeZone)),
        });
        while ((await deliverDue(parts)) > 0);
      },
      async endLeases(tenant) {
        await db.query({ text: END_LEASES, values: [tenant] });
      },
      async endState(tenant) {
        const rows = async (text: string) => (await db.query({ text, values: [tenant] })).rows;
        const context = given.publicUrl + ENTITY_KINDS.news.contextPath;
        const { entities } = await given.client.queryEntities({ type: 'NewsArticle', tenant, context });
        return {
          items: await rows(ITEMS),
          messages: await rows(MESSAGES),
          pushed: [...(pushed.get(tenant) ?? [])].sort(),
          entities: entities.map(({ id }) => id),
        };
      },
    };
  },
};
