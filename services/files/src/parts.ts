import type { Database } from '@alzette/kit/database';
import type { Logger } from 'pino';
import type { Scanner } from './antivirus/scanner.ts';
import type { Slots } from './content/slots.ts';
import type { FileStore } from './store/store.ts';

/** What the parts of the service share. */
export interface FileParts {
  readonly db: Database;
  readonly logger: Logger;
  readonly publicUrl: string;
  readonly store: FileStore;
  readonly antivirus: Scanner;
  /** For the reading of images. */
  readonly slots: Slots;
  /** What links to private files are signed with. */
  readonly linkKey: Buffer;
}
