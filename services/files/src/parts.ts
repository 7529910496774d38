import type { ServiceContext } from '@alzette/kit/service';
import type { Scanner } from './antivirus/scanner.ts';
import type { Slots } from './content/slots.ts';
import type { FileStore } from './store/store.ts';

/** The parts of the service, shared by its folders. */
export interface FileParts extends ServiceContext {
  readonly store: FileStore;
  readonly antivirus: Scanner;
  /** Limits concurrent image processing. */
  readonly slots: Slots;
  /** The key that signs links to private files. */
  readonly linkKey: Buffer;
}
