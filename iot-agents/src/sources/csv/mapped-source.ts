import { NAME } from '../../devices/profile-schema.ts';
import { POINTER } from '../../devices/validation.ts';
import { RegistryError } from '../../frames/registry-error.ts';
import { MappingError } from '../../mapping/entity-mapper.ts';
import type { Gathering } from '../items/gathering.ts';
import { startGathering } from '../items/gathering.ts';
import type { Harvest } from '../items/harvest.ts';
import { compileItems } from '../items/item-mapper.ts';
import type { ItemMapping } from '../items/item-mapping.ts';
import type { Reading } from '../items/source-kind.ts';
import type { SourceMembers } from '../items/source-members.ts';
import { checkZone, TEXT, wrongMember } from '../items/source-schemas.ts';
import { type FileFormat, gatherFile } from './gather-file.ts';

/** A source with its own mapping to entities. */
type MappedSource = SourceMembers & ItemMapping & FileFormat;

const HEADER = { type: 'array', items: TEXT, minItems: 1, maxItems: 500 } as const;
const SKIPPED = { type: 'integer', minimum: 0, maximum: 1000 } as const;
const COLUMNS = {
  type: 'object',
  additionalProperties: {
    type: 'object',
    additionalProperties: false,
    properties: {
      as: { ...NAME, pattern: '^[\\p{L}_][\\p{L}\\p{N}_]*$' },
      type: { enum: ['text', 'number', 'integer', 'boolean', 'date'] },
      format: TEXT,
      timeZone: TEXT,
      required: { type: 'boolean' },
    },
  },
} as const;

/** JSON Schema of a CsvFormat. */
export const CSV = {
  type: 'object',
  additionalProperties: false,
  properties: {
    separator: { type: 'string', minLength: 1, maxLength: 1 },
    encoding: { enum: ['utf-8', 'latin1', 'windows-1252'] },
    decimal: { enum: ['.', ','] },
    skipLines: SKIPPED,
    header: HEADER,
    columns: COLUMNS,
  },
} as const;

/** JSON Schemas of a FileFormat. */
export const FILE = {
  csv: CSV,
  xlsx: {
    type: 'object',
    additionalProperties: false,
    properties: { sheet: TEXT, skipLines: SKIPPED, header: HEADER, columns: COLUMNS },
  },
  items: POINTER,
} as const;

/** @throws RegistryError WRONG_SYNTAX: an invalid time zone or expression */
export function checkMapped(source: MappedSource): void {
  const { observedAt } = source;
  if (observedAt?.timeZone !== undefined) checkZone('observedAt.timeZone', observedAt.timeZone);
  const { csv, xlsx } = source;
  if (csv !== undefined && xlsx !== undefined) throw wrongMember('xlsx', xlsx, 'absent beside csv');
  for (const [member, table] of Object.entries({ csv, xlsx })) {
    for (const [name, { timeZone }] of Object.entries(table?.columns ?? {})) {
      if (timeZone !== undefined) checkZone(`${member}.columns.${name}.timeZone`, timeZone);
    }
  }
  try {
    compileItems(source.id, source);
  } catch (cause) {
    if (!(cause instanceof MappingError)) throw cause;
    throw new RegistryError('WRONG_SYNTAX', cause.message);
  }
}

/** Maps an uploaded file, or what `read` fetches. @throws SourceError */
export async function harvestMapped(
  source: MappedSource,
  reading: Reading,
  read: (gathering: Gathering) => Promise<Harvest>,
): Promise<Harvest> {
  const { upload, state } = reading;
  const gathering = startGathering(reading.map ?? compileItems(source.id, source), new Date().toISOString());
  if (upload === undefined) return read(gathering);
  await gatherFile(gathering, upload.bytes, source, upload.file);
  return { ...gathering.harvest(), state };
}
