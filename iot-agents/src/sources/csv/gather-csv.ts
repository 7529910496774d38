import type { Gathering } from '../items/gathering.ts';
import type { CsvFormat } from './csv-format.ts';
import { readCsv } from './read-csv.ts';

/** Every line of a file. @throws SourceError it is no such file as a whole */
export function gatherCsv(gathering: Gathering, bytes: Uint8Array, format: CsvFormat, file?: string): void {
  const place = file === undefined ? {} : { file };
  for (const line of readCsv(bytes, format)) {
    if ('problem' in line) gathering.refuse({ ...line.problem, ...place });
    else gathering.add(line.data, { line: line.line, ...place });
  }
}
