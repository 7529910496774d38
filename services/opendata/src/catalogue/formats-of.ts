import type { DatasetDefinition } from '../datasets/dataset.ts';
import { FILE_FORMATS, type FileFormat, FORMAT_NAMES } from './formats.ts';

/** Only rows with a start time can be in a calendar. */
export const EVENT_START = 'debut';

/** The formats of a dataset. */
export function formatsOf({ columns, geometry }: DatasetDefinition): FileFormat[] {
  const isCalendar = columns.some(({ name, kind }) => name === EVENT_START && kind === 'time');
  return FORMAT_NAMES.filter((format) =>
    format === 'ics' ? isCalendar : geometry || !FILE_FORMATS[format].needsPlace,
  );
}
