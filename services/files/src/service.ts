import { serviceRoutes } from '@alzette/kit/routes';
import { defineService, type ServiceContext, type ServiceDefinition } from '@alzette/kit/service';
import { openAntivirus } from './antivirus/antivirus.ts';
import { slots } from './content/slots.ts';
import { filePort, sweepUnattached } from './kept/file-port.ts';
import { openLinkKey } from './kept/link.ts';
import { type StoredMasters, storedMasters } from './kept/stored-masters.ts';
import type { FileParts } from './parts.ts';
import type { FilePort } from './ports.ts';
import { fileRoutes } from './routes/file-routes.ts';
import { type BucketSettings, bucketStore } from './store/bucket-store.ts';
import { folderStore } from './store/folder-store.ts';
import type { FileStore } from './store/store.ts';

export { ANTIVIRUS_PROTOCOLS } from './antivirus/antivirus.ts';
export type { FileOwner, FilePort, PutOptions, StoredFile, Visibility } from './ports.ts';
export type { BucketSettings } from './store/bucket-store.ts';

export interface FileServiceOptions {
  /** The folder for files, if there is no bucket. */
  readonly folder: string;
  readonly bucket?: BucketSettings | undefined;
  /** `clamd://host:3310` or `icap://host:1344/service`. */
  readonly antivirus?: string | undefined;
}

interface FileService {
  readonly definition: ServiceDefinition;
  /** The port through which other services store files; works after the start. */
  readonly port: FilePort;
}

/** One may take some hundred MB. */
const IMAGES_AT_ONCE = 1;
/** Each one waits with up to 20 MB. */
const MAX_WAITING = 12;

/** Photos and documents: checked, cleaned, and stored in a folder or a bucket. */
export function fileService(options: FileServiceOptions): FileService {
  let started: FilePort | undefined;
  const running = (): FilePort => {
    if (started === undefined) throw new Error('the service files has not started');
    return started;
  };
  const port: FilePort = {
    put: async (...given) => running().put(...given),
    find: async (...given) => running().find(...given),
    blur: async (...given) => running().blur(...given),
    claim: async (...given) => running().claim(...given),
    attach: async (...given) => running().attach(...given),
    setVisibility: async (...given) => running().setVisibility(...given),
    remove: async (...given) => running().remove(...given),
    read: async (...given) => running().read(...given),
    link: (...given) => running().link(...given),
  };
  const definition = defineService({
    name: 'files',
    migrations: new URL('../migrations/', import.meta.url),
    async start(given) {
      const parts = await partsOf(given, options);
      const own = filePort(parts);
      started = own;
      await serviceRoutes(given.app, '/files', (scope) => fileRoutes(scope, parts, own, given));
      given.jobs.define({
        name: 'files.sweep',
        title: { fr: 'Effacer les fichiers que rien ne garde', en: 'Delete files that nothing keeps' },
        schedule: { cron: '25 * * * *' },
        oneAtATime: true,
        run: async () => ({ deleted: await sweepUnattached(parts) }),
      });
      return {};
    },
  });
  return { definition, port };
}

async function partsOf(
  { db, logger, publicUrl, secrets, compute }: ServiceContext,
  options: FileServiceOptions,
): Promise<FileParts> {
  return {
    db,
    logger,
    publicUrl,
    compute,
    store: openStore(options),
    antivirus: openAntivirus(options.antivirus),
    slots: slots(IMAGES_AT_ONCE, MAX_WAITING),
    linkKey: await openLinkKey(db, secrets),
  };
}

/** The files for a backup; works also without the running service. */
export function filesToBackUp(options: FileServiceOptions): StoredMasters {
  return storedMasters(openStore(options));
}

function openStore({ bucket, folder }: FileServiceOptions): FileStore {
  return bucket ? bucketStore(bucket) : folderStore(folder);
}
