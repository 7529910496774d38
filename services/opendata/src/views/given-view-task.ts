import { parseJson } from '@alzette/kit/bodies';
import { computeTask, moved } from '@alzette/kit/compute-task';
import { Problem } from '@alzette/kit/problems';
import { inParts, writeFile } from '../exports/write-file.ts';
import { readView, type View } from './view.ts';
import { tableOfRows } from './view-table.ts';

/** A requested view; if it brings its rows, with the parts of its file. Or what is wrong with it. */
export type GivenView =
  | { readonly view: Omit<View, 'rows'>; readonly file?: GivenFile }
  | { readonly refused: { readonly status: number; readonly title: string; readonly detail: string } };

export interface GivenFile {
  readonly rows: number;
  readonly parts: readonly Uint8Array<ArrayBuffer>[];
}

export const GIVEN_VIEW = computeTask<typeof readApart>('opendata.given-view', import.meta.url);

/** @param body JSON; a hundred thousand rows have twelve megabytes */
export async function readGivenView(body: Uint8Array): Promise<GivenView> {
  try {
    const { rows, ...view } = readView(parseJson(Buffer.from(body.buffer, body.byteOffset, body.byteLength)));
    if (rows === undefined) return { view };
    const separator = view.separator === 'semicolon' ? ';' : ',';
    const parts: Uint8Array<ArrayBuffer>[] = [];
    for await (const part of inParts(writeFile(view.format, tableOfRows(view, rows), separator))) {
      parts.push(new Uint8Array(part));
    }
    return { view, file: { rows: rows.length, parts } };
  } catch (cause) {
    if (!(cause instanceof Problem)) throw cause;
    return { refused: { status: cause.status, title: cause.title, detail: cause.message } };
  }
}

export default async function readApart(body: Uint8Array): Promise<GivenView> {
  const given = await readGivenView(body);
  const parts = 'file' in given ? given.file?.parts : [];
  return moved(given, parts?.map(({ buffer }) => buffer) ?? []);
}
