import type { Measures } from './measures.ts';
import { MeasureError } from './measures.ts';

/**
 * Parses UltraLight 2.0: `k|v|k|v`, groups separated by `#`, each with an optional leading timestamp. @throws
 * MeasureError
 */
export function readUltraLight(text: string): Measures[] {
  return text.split('#').map((group) => {
    const tokens = group.replace(/^\|/, '').split('|');
    const measures: Record<string, unknown> = {};
    if (tokens.length % 2 === 1) {
      const first = tokens.shift() ?? '';
      if (tokens.length === 0 || Number.isNaN(Date.parse(first)) || !/^\d{4}-/.test(first)) {
        throw new MeasureError(`"${group.slice(0, 100)}" has an odd number of fields and no timestamp in front`);
      }
      measures.TimeInstant = first;
    }
    for (let at = 0; at < tokens.length; at += 2) {
      const [name = '', value = ''] = tokens.slice(at, at + 2);
      if (name === '' || value === '') {
        throw new MeasureError(`"${group.slice(0, 100)}" has an empty ${name === '' ? 'name' : `value of ${name}`}`);
      }
      measures[name] = readUltraLightValue(value);
    }
    return measures;
  });
}

/** Parses JSON if possible, otherwise returns the text. */
export function readUltraLightValue(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
