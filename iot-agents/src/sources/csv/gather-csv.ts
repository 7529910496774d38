import type { Gathering } from '../items/gathering.ts';
import type { CsvFormat } from './csv-format.ts';
import { readCsv } from './read-csv.ts';

/** Maps every line of a file. @throws SourceError the file as a whole is invalid */
export function gatherCsv(gathering: Gathering, bytes: Uint8Array, format: CsvFormat, file?: string): void {
  const place = file === undefined ? {} : { file };
  for (const line of readCsv(bytes, format)) {
    if ('problem' in line) gathering.refuse({ ...line.problem, ...place });
    else gathering.add(line.data, { line: line.line, ...place });
  }
}
