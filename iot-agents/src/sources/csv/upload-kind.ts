import { SourceError } from '../../outgoing/remote-error.ts';
import type { SourceKind } from '../items/source-kind.ts';
import { MAPPING } from '../items/source-schemas.ts';
import { checkMapped, FILE, harvestMapped } from './mapped-source.ts';
import type { UploadSource } from './upload-source.ts';

export const uploadKind: SourceKind<UploadSource> = {
  kind: 'upload',
  members: { ...MAPPING, ...FILE },
  required: ['entities'],
  check: checkMapped,
  secretsGoTo: () => '',
  harvest: (source, reading) =>
    harvestMapped(source, reading, async () => {
      throw new SourceError(`source "${source.id}" waits for files: post one to /iot/sources/${source.id}/files`);
    }),
};
