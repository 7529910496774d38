import { pointed } from '../../frames/json-pointer.ts';
import { SourceError } from '../../outgoing/remote-error.ts';
import type { Gathering } from '../items/gathering.ts';
import type { CsvFormat } from './csv-format.ts';
import { readCsv } from './read-csv.ts';
import type { TableLine } from './read-lines.ts';
import { readXlsx, type XlsxFormat } from './read-xlsx.ts';

/** How a file is read: as CSV, as a workbook, or, without both, as JSON. */
export interface FileFormat {
  readonly csv?: CsvFormat;
  readonly xlsx?: XlsxFormat;
  /** JSON pointer (RFC 6901) to the list; default: the whole answer. Anything other than a list is one item. */
  readonly items?: string;
}

/** Maps every item of a file. @throws SourceError the file as a whole is invalid */
export async function gatherFile(
  gathering: Gathering,
  bytes: Uint8Array,
  { csv, xlsx, items }: FileFormat,
  file?: string,
): Promise<void> {
  if (csv !== undefined) gatherLines(gathering, readCsv(bytes, csv), file);
  else if (xlsx !== undefined) gatherLines(gathering, await readXlsx(bytes, xlsx), file);
  else for (const [index, item] of itemsAt(parsed(bytes), items).entries()) gathering.add(item, { item: index });
}

/** The list in an answer, or its only item. @throws SourceError there is none */
export function itemsAt(json: unknown, pointer = ''): unknown[] {
  const found = pointed(json, pointer);
  if (found === undefined || found === null) {
    const members = typeof json === 'object' && json !== null ? Object.keys(json).slice(0, 20).join(', ') : typeof json;
    throw new SourceError(`there is nothing at items "${pointer}"; the answer has: ${members}`);
  }
  return Array.isArray(found) ? found : [found];
}

function gatherLines(gathering: Gathering, lines: readonly TableLine[], file: string | undefined): void {
  const place = file === undefined ? {} : { file };
  for (const line of lines) {
    if ('problem' in line) gathering.refuse({ ...line.problem, ...place });
    else gathering.add(line.data, { line: line.line, ...place });
  }
}

function parsed(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8').decode(bytes)); // drops a byte order mark
  } catch (cause) {
    throw new SourceError(`the file is not JSON: ${cause instanceof Error ? cause.message : cause}`, { cause });
  }
}
