import type { Answers, Field, Form } from '../contract/form.ts';

/** Answers with the names of their files replaced; a name without another one is left out. */
export function withFiles({ sections }: Form, answers: Answers, rename: ReadonlyMap<string, string>): Answers {
  return renamed(
    sections.flatMap(({ fields }) => fields),
    answers,
    rename,
  );
}

function renamed(fields: readonly Field[], answers: Answers, rename: ReadonlyMap<string, string>): Answers {
  const changed: Record<string, unknown> = { ...answers };
  for (const { id, kind, fields: ofRow } of fields) {
    const value = answers[id];
    if (value === undefined) continue;
    if (kind === 'file') changed[id] = (value as string[]).flatMap((name) => rename.get(name) ?? []);
    else if (kind === 'signature') changed[id] = rename.get(String(value));
    else if (kind === 'repeated') changed[id] = (value as Answers[]).map((row) => renamed(ofRow ?? [], row, rename));
  }
  return changed;
}
