import { isDeepStrictEqual } from 'node:util';
import type { Configuration } from './configuration-files.ts';
import type { ConfigurationDocument, ConfigurationKind } from './configuration-kinds.ts';

/** How a document of the folder and the running one are not the same. */
export interface Difference {
  readonly kind: ConfigurationKind;
  readonly id: string;
  /** `missing`: it does not run; `different`; `extra`: it runs, and the folder lacks it. */
  readonly change: 'missing' | 'different' | 'extra';
  /** Of a different one, the members that are not the same. */
  readonly members: readonly string[];
}

/** Kinds that the folder has nothing of are not compared. */
export function differencesOf(files: Configuration, running: Configuration): Difference[] {
  const differences: Difference[] = [];
  for (const [kind, documents] of files) {
    const there = new Map((running.get(kind) ?? []).map((document) => [document.id, document]));
    for (const document of documents) {
      const other = there.get(document.id);
      there.delete(document.id);
      if (other === undefined) {
        differences.push({ kind, id: document.id, change: 'missing', members: [] });
        continue;
      }
      const members = differentMembers({ ...kind.defaults, ...document }, { ...kind.defaults, ...other });
      if (members.length > 0) differences.push({ kind, id: document.id, change: 'different', members });
    }
    for (const id of there.keys()) differences.push({ kind, id, change: 'extra', members: [] });
  }
  return differences;
}

function differentMembers(a: ConfigurationDocument, b: ConfigurationDocument): string[] {
  const names = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...names].filter((name) => !isDeepStrictEqual(a[name], b[name])).sort();
}

/** A line for each, for people. */
export function differenceLines(differences: readonly Difference[]): string[] {
  const marks = { missing: '+', different: '~', extra: '-' } as const;
  return differences.map(({ kind, id, change, members }) =>
    [marks[change], `${kind.folder}/${id}`, ...(members.length > 0 ? [`(${members.join(', ')})`] : [])].join(' '),
  );
}
