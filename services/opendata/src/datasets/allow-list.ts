import { isDeepStrictEqual } from 'node:util';
import type { Column, DatasetDefinition } from './dataset.ts';

/** Whether a later definition still allows everything in the rows of an earlier one. */
export function allowsAllOf(later: DatasetDefinition, earlier: DatasetDefinition): boolean {
  return (
    isDeepStrictEqual(later.source, earlier.source) &&
    (later.geometry || !earlier.geometry) &&
    earlier.columns.every((column) => later.columns.some((each) => showsTheSame(each, column)))
  );
}

function showsTheSame(a: Column, b: Column): boolean {
  return a.name === b.name && a.attribute === b.attribute && a.path === b.path && a.kind === b.kind;
}
