import type { ItemMapping } from '../items/item-mapping.ts';
import type { SourceMembers } from '../items/source-members.ts';
import type { CsvFormat } from './csv-format.ts';

export interface UploadSource extends SourceMembers, ItemMapping {
  readonly kind: 'upload';
  readonly csv: CsvFormat;
}
