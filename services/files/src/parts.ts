import type { Compute } from '@alzette/kit/compute';
import type { Database } from '@alzette/kit/database';
import type { Logger } from 'pino';
import type { Scanner } from './antivirus/scanner.ts';
import type { Slots } from './content/slots.ts';
import type { FileStore } from './store/store.ts';

/** The parts of the service, shared by its folders. */
export interface FileParts {
  readonly db: Database;
  readonly logger: Logger;
  readonly publicUrl: string;
  readonly store: FileStore;
  readonly antivirus: Scanner;
  readonly compute: Compute;
  /** Limits concurrent image processing. */
  readonly slots: Slots;
  /** The key that signs links to private files. */
  readonly linkKey: Buffer;
}
