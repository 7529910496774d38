import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';
import { openAntivirus } from './antivirus/antivirus.ts';
import { slots } from './content/slots.ts';
import { fileContract, MAX_UPLOAD_BYTES } from './contract/contract.ts';
import type { FileParts } from './parts.ts';
import { fileHandlers, takeBytes } from './routes/file-routes.ts';
import { type BucketSettings, bucketStore } from './store/bucket-store.ts';
import { folderStore } from './store/folder-store.ts';
import type { FileStore } from './store/store.ts';
import { filePort, sweepUnattached } from './stored/file-port.ts';
import { openLinkKey } from './stored/link.ts';
import { type StoredMasters, storedMasters } from './stored/stored-masters.ts';

export { ANTIVIRUS_PROTOCOLS } from './antivirus/antivirus.ts';
export type { FileOwner, StoredFile } from './contract/contract.ts';
export type { FilePort, PutOptions, Visibility } from './ports.ts';
export type { BucketSettings } from './store/bucket-store.ts';

export interface FileServiceOptions {
  /** The folder for files, if there is no bucket. */
  readonly folder: string;
  readonly bucket?: BucketSettings | undefined;
  /** `clamd://host:3310` or `icap://host:1344/service`. */
  readonly antivirus?: string | undefined;
}

/** One may take some hundred MB. */
const IMAGES_AT_ONCE = 1;
/** Each one waits with up to 20 MB. */
const MAX_WAITING = 12;

/** Photos and documents: checked, cleaned, and stored in a folder or a bucket. */
export function fileService(options: FileServiceOptions) {
  return defineService({
    name: 'files',
    migrations: new URL('../migrations/', import.meta.url),
    async start(given) {
      const parts: FileParts = {
        ...given,
        store: openStore(options),
        antivirus: openAntivirus(options.antivirus),
        slots: slots(IMAGES_AT_ONCE, MAX_WAITING),
        linkKey: await openLinkKey(given.db, given.secrets),
      };
      const files = filePort(parts);
      await serviceRoutes(given.app, '/files', (scope) => {
        takeBytes(scope, MAX_UPLOAD_BYTES);
        serve(scope, fileContract, fileHandlers(parts, files));
      });
      given.jobs.define({
        name: 'files.sweep',
        title: { fr: 'Effacer les fichiers que rien ne garde', en: 'Delete files that nothing keeps' },
        schedule: { cron: '25 * * * *' },
        oneAtATime: true,
        run: async () => ({ deleted: await sweepUnattached(parts) }),
      });
      return { ports: { files } };
    },
  });
}

/** The files for a backup; works also without the running service. */
export function filesToBackUp(options: FileServiceOptions): StoredMasters {
  return storedMasters(openStore(options));
}

/** The files of a backup, which can only be read. @param read a file by its name in {@link StoredMasters} */
export function filesOfBackup(read: StoredMasters['read']): StoredMasters {
  const refuse = () => Promise.reject(new Error('A backup does not change'));
  return storedMasters({ read, write: refuse, remove: refuse });
}

function openStore({ bucket, folder }: FileServiceOptions): FileStore {
  return bucket ? bucketStore(bucket) : folderStore(folder);
}
