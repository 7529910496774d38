import { startDueLoop } from '@alzette/kit/due-loop';
import { addressLimit, serviceRoutes } from '@alzette/kit/routes';
import { keyedHashes, openSealedKey } from '@alzette/kit/sealed-key';
import { serve } from '@alzette/kit/serve';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import {
  appSettingsContract,
  citizenReadingContract,
  deviceContract,
  feedContract,
  keeperContract,
  keptEntryContract,
  pollContract,
  publicationContract,
  reachContract,
} from './contract/contract.ts';
import { MAX_PICTURE_BYTES } from './contract/publications.ts';
import { keeperHandlers } from './editors/keeper-routes.ts';
import { linkHandlers } from './editors/link-routes.ts';
import { forgetLinks } from './editors/links.ts';
import { proposalHandlers } from './editors/proposal-routes.ts';
import { feedHandlers } from './imports/feed-routes.ts';
import { readDueFeeds } from './imports/feeds.ts';
import { itemObjects } from './items/item-objects.ts';
import { takePictures } from './items/item-pictures.ts';
import { inheritanceHandlers, readingHandlers, writingHandlers } from './items/item-routes.ts';
import { nextChange, writeDueEntities } from './items/write-entities.ts';
import type { PublishingParts } from './parts.ts';
import { forgetNetworks } from './polls/answers.ts';
import type { ImagePort, WebPushPort } from './ports.ts';
import { announceItems } from './push/announce.ts';
import { deliverDue, nextDelivery } from './push/deliver.ts';
import { endpointHandlers } from './push/endpoint-routes.ts';
import { forgetUnconfirmed } from './push/endpoints.ts';
import { forgetOldMessages } from './push/messages.ts';
import { pushPort } from './push/push-port.ts';
import { providerRoute, reachHandlers } from './push/push-routes.ts';
import { citizenHandlers, collectionHandlers } from './reading/citizen-routes.ts';
import { PUBLISHED } from './reading/containers.ts';
import { pollHandlers } from './reading/poll-routes.ts';
import { settingsHandlers } from './reading/settings-routes.ts';

export type { ImagePort, PushMessage, PushPort } from './ports.ts';

type Given = ServiceContext & {
  readonly webPush: WebPushPort;
  /** Absent: articles have no images. */
  readonly images?: ImagePort;
};

const ANSWERS_AN_HOUR = 120;
/** Each makes one message to an address that nobody has confirmed. */
const DEVICES_AN_HOUR = 60;
const KEEPER_REQUESTS_AN_HOUR = 240;

/** Content of communities for citizens, notifications to devices, and public reading. */
export const publishing = defineService({
  name: 'publishing',
  published: PUBLISHED,
  migrations: new URL('../migrations/', import.meta.url),
  needs: ['webPush'],
  async start(given: Given) {
    let wake = () => {};
    const parts = await partsOf(given, () => wake());
    const push = pushPort(parts);
    await registerRoutes(parts, given);
    given.jobs.define({
      name: 'publishing.read-feeds',
      title: { fr: 'Lecture des flux d’actualités et d’agendas', en: 'Reading of news and calendar feeds' },
      schedule: { cron: '7 * * * *' },
      oneAtATime: true,
      run: () => readDueFeeds(parts),
    });
    given.jobs.define({
      name: 'publishing.forget-messages',
      title: { fr: 'Oublier les notifications de plus de 90 jours', en: 'Forget notifications older than 90 days' },
      schedule: { cron: '50 3 * * *' },
      oneAtATime: true,
      run: async () => ({
        forgotten: await forgetOldMessages(given.db),
        networks: await forgetNetworks(given.db),
        devices: await forgetUnconfirmed(given.db),
      }),
    });
    given.jobs.define({
      name: 'publishing.forget-keeper-links',
      title: { fr: 'Oublier les liens d’annuaire expirés', en: 'Forget links of the directory that have ended' },
      schedule: { cron: '55 3 * * *' },
      oneAtATime: true,
      run: async () => ({
        forgotten: await forgetLinks(given.db, async (tenant, file) => given.images?.remove(tenant, file)),
      }),
    });
    const items = startDueLoop({
      work: async () => (await writeDueEntities(parts)) + (await announceItems(parts, push)),
      next: () => nextChange(parts),
      onError: (cause) => given.logger.error({ err: cause }, 'could not publish the items that are due'),
    });
    const telling = startDueLoop({
      work: () => deliverDue(parts),
      next: () => nextDelivery(parts),
      onError: (cause) => given.logger.error({ err: cause }, 'could not read the pending push messages'),
    });
    wake = () => {
      items.wake();
      telling.wake();
    };
    return {
      ports: { push },
      parts,
      async stop() {
        await Promise.all([items.stop(), telling.stop()]);
      },
    };
  },
});

async function registerRoutes(parts: PublishingParts, given: ServiceContext): Promise<void> {
  await serviceRoutes(given.app, '/publishing', (scope) => {
    takePictures(scope, MAX_PICTURE_BYTES);
    serve(scope, publicationContract, {
      ...readingHandlers(parts),
      ...writingHandlers(parts, given),
      ...inheritanceHandlers(parts, given),
    });
    serve(scope, feedContract, feedHandlers(parts, given));
    serve(scope, reachContract, reachHandlers(parts, given));
    providerRoute(scope, parts, given);
    serve(scope, appSettingsContract, settingsHandlers(parts, given));
    serve(scope, keeperContract, { ...linkHandlers(parts, given), ...proposalHandlers(parts, given) });
  });
  await serviceRoutes(given.app, '/citizen/v1', (scope) => {
    takePictures(scope, MAX_PICTURE_BYTES);
    serve(scope, citizenReadingContract, { ...collectionHandlers(parts), ...citizenHandlers(parts) });
    serve(scope, pollContract, pollHandlers(parts, addressLimit(ANSWERS_AN_HOUR)));
    serve(scope, deviceContract, endpointHandlers(parts, addressLimit(DEVICES_AN_HOUR)));
    serve(scope, keptEntryContract, keeperHandlers(parts, addressLimit(KEEPER_REQUESTS_AN_HOUR)));
  });
}

async function partsOf(given: Given, wake: () => void): Promise<PublishingParts> {
  const { db, territories, secrets, images } = given;
  const keyed = keyedHashes(await openSealedKey(db, secrets, 'publishing.secret_key', 'publishing.secret-key'));
  return { ...given, objects: itemObjects(db, territories), keyed, publicClient: given.publicClient(), images, wake };
}
