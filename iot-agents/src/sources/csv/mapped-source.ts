import { NAME } from '../../devices/profile-schema.ts';
import { RegistryError } from '../../frames/registry-error.ts';
import { MappingError } from '../../mapping/entity-mapper.ts';
import { SourceError } from '../../outgoing/remote-error.ts';
import type { Gathering } from '../items/gathering.ts';
import { startGathering } from '../items/gathering.ts';
import type { Harvest } from '../items/harvest.ts';
import { compileItems } from '../items/item-mapper.ts';
import type { ItemMapping } from '../items/item-mapping.ts';
import type { Reading } from '../items/source-kind.ts';
import type { SourceMembers } from '../items/source-members.ts';
import { checkZone, TEXT } from '../items/source-schemas.ts';
import type { CsvFormat } from './csv-format.ts';
import { gatherCsv } from './gather-csv.ts';

/** A source with its own mapping to entities. */
type MappedSource = SourceMembers & ItemMapping & { readonly csv?: CsvFormat };

/** JSON Schema of a CsvFormat. */
export const CSV = {
  type: 'object',
  additionalProperties: false,
  properties: {
    separator: { type: 'string', minLength: 1, maxLength: 1 },
    encoding: { enum: ['utf-8', 'latin1', 'windows-1252'] },
    decimal: { enum: ['.', ','] },
    skipLines: { type: 'integer', minimum: 0, maximum: 1000 },
    header: { type: 'array', items: TEXT, minItems: 1, maxItems: 500 },
    columns: {
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
    },
  },
} as const;

/** @throws RegistryError WRONG_SYNTAX: an invalid time zone or expression */
export function checkMapped(source: MappedSource): void {
  const { observedAt } = source;
  if (observedAt?.timeZone !== undefined) checkZone('observedAt.timeZone', observedAt.timeZone);
  const { csv } = source;
  for (const [name, { timeZone }] of Object.entries(csv?.columns ?? {})) {
    if (timeZone !== undefined) checkZone(`csv.columns.${name}.timeZone`, timeZone);
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
  if (source.csv === undefined) throw new SourceError(`source "${source.id}" takes no files: it has no csv`);
  gatherCsv(gathering, upload.bytes, source.csv, upload.file);
  return { ...gathering.harvest(), state };
}
