import { type ConfigurationKind, differentMembers } from '@alzette/packs/kinds';
import type { Configuration } from './configuration-files.ts';

/** A difference between a document in the folder and the running one. */
export interface Difference {
  readonly kind: ConfigurationKind;
  readonly id: string;
  /** `missing`: it is not running; `different`; `extra`: it is running, but not in the folder. */
  readonly change: 'missing' | 'different' | 'extra';
  /** For different documents, the members that differ. */
  readonly members: readonly string[];
}

/** Kinds without documents in the folder are not compared. */
export function differencesOf(files: Configuration, running: Configuration): Difference[] {
  const differences: Difference[] = [];
  for (const [kind, documents] of files) {
    const byId = new Map((running.get(kind) ?? []).map((document) => [document.id, document]));
    for (const document of documents) {
      const other = byId.get(document.id);
      byId.delete(document.id);
      if (other === undefined) {
        differences.push({ kind, id: document.id, change: 'missing', members: [] });
        continue;
      }
      const members = differentMembers(kind, document, other);
      if (members.length > 0) differences.push({ kind, id: document.id, change: 'different', members });
    }
    for (const id of byId.keys()) differences.push({ kind, id, change: 'extra', members: [] });
  }
  return differences;
}

/** One line for each difference. */
export function differenceLines(differences: readonly Difference[]): string[] {
  const marks = { missing: '+', different: '~', extra: '-' } as const;
  return differences.map(({ kind, id, change, members }) =>
    [marks[change], `${kind.folder}/${id}`, ...(members.length > 0 ? [`(${members.join(', ')})`] : [])].join(' '),
  );
}
