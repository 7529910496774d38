import type { DatasetDefinition } from '../datasets/dataset.ts';
import { FILE_FORMATS, type FileFormat, FORMAT_NAMES } from './formats.ts';

/** A calendar shows events: what has a time at which it begins. */
export const EVENT_START = 'debut';

/** The formats in which a dataset is handed out. */
export function formatsOf({ columns, geometry }: DatasetDefinition): FileFormat[] {
  const isCalendar = columns.some(({ name, kind }) => name === EVENT_START && kind === 'time');
  return FORMAT_NAMES.filter((format) =>
    format === 'ics' ? isCalendar : geometry || !FILE_FORMATS[format].needsPlace,
  );
}
