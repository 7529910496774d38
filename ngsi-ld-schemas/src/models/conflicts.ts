/** Terms with several meanings: for each term, the subjects by IRI. */
export type Conflicts = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

/** Finds the terms that the contexts of several subjects map to different IRIs. */
export function conflictsOf(contexts: ReadonlyMap<string, Readonly<Record<string, unknown>>>): Conflicts {
  const meanings = new Map<string, Map<string, string[]>>();
  for (const [subject, terms] of contexts) {
    for (const [term, definition] of Object.entries(terms)) {
      const iri = typeof definition === 'string' ? definition : (definition as { '@id'?: unknown } | null)?.['@id'];
      if (typeof iri !== 'string') continue;
      const byIri = meanings.get(term) ?? new Map<string, string[]>();
      byIri.set(iri, [...(byIri.get(iri) ?? []), subject]);
      meanings.set(term, byIri);
    }
  }
  const conflicting = [...meanings].filter(([, byIri]) => byIri.size > 1).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(conflicting.map(([term, byIri]) => [term, Object.fromEntries(byIri)]));
}

/** The report as Markdown: the meaning of a term in the aggregate, and how to use the others. */
export function conflictReport(conflicts: Conflicts, aggregate: Readonly<Record<string, string>>): string {
  const rows = Object.entries(conflicts).map(([term, byIri]) => {
    const won = aggregate[term] ?? '';
    const others = Object.entries(byIri).filter(([iri]) => iri !== won);
    const reached = others.map(([iri, subjects]) => `${prefixed(iri, aggregate)} (${subjects.join(', ')})`);
    return `| \`${term}\` | ${(byIri[won] ?? []).join(', ')} | ${reached.join('; ')} |`;
  });
  return [
    '# Terms that mean several things',
    '',
    `${rows.length} terms have a different IRI in different subjects, by design of the published models. In the territory's`,
    'own @context (`/contexts/territory/v3.jsonld`) one subject has the term, and the others are reached by',
    'prefix. The @context of a subject (`/contexts/<subject>.jsonld`) has its own meaning of each.',
    '',
    'Written by `npm run schemas -- conflicts`.',
    '',
    '| term | in the aggregate | elsewhere |',
    '| --- | --- | --- |',
    ...rows,
    '',
  ].join('\n');
}

function prefixed(iri: string, aggregate: Readonly<Record<string, string>>): string {
  const cut = iri.lastIndexOf('/') + 1;
  const prefix = Object.entries(aggregate).find(([, start]) => start === iri.slice(0, cut))?.[0];
  return prefix === undefined ? `\`${iri}\`` : `\`${prefix}:${iri.slice(cut)}\``;
}
