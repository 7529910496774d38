import type { ItemMapping } from '../items/item-mapping.ts';
import type { SourceMembers } from '../items/source-members.ts';
import type { FileFormat } from './gather-file.ts';

export interface UploadSource extends SourceMembers, ItemMapping, FileFormat {
  readonly kind: 'upload';
}
