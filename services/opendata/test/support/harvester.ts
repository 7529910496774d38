import assert from 'node:assert/strict';
import { Parser, type Quad, Store } from 'n3';
import { iri } from '../../src/catalogue/terms.ts';

export interface Harvested {
  readonly id: string;
  readonly title: string;
  readonly files: readonly string[];
  /** Out of nine. */
  readonly score: number;
}

/**
 * Reads the catalogue like udata's harvester: page by page by hydra:next, datasets by dct:identifier, distributions by
 * their URLs, and the nine criteria of quality only from the graph.
 *
 * @param fetchText returns the answer of a URL
 */
export async function harvest(first: string, fetchText: (url: string) => Promise<string>): Promise<Harvested[]> {
  const found = new Map<string, Harvested>();
  let url: string | undefined = first;
  while (url !== undefined) {
    const graph: Store = new Store(new Parser({ baseIRI: url }).parse(await fetchText(url)) as Quad[]);
    for (const subject of graph.getSubjects(iri('rdf:type'), iri('dcat:Dataset'), null)) {
      const value = (name: Parameters<typeof iri>[0], of = subject) => graph.getObjects(of, iri(name), null)[0]?.value;
      const id = value('dct:identifier');
      const title = value('dct:title');
      if (id === undefined || title === undefined) continue;
      assert.ok(!found.has(id), `${id} is there once`);
      const distributions = graph.getObjects(subject, iri('dcat:distribution'), null);
      const addressOf = (each: (typeof distributions)[number]) =>
        value('dcat:downloadURL', each as never) ?? value('dcat:accessURL', each as never);
      const files = distributions.flatMap((each) => addressOf(each) ?? []);
      const modified = value('dct:modified') ?? '';
      assert.ok(new Date(modified) <= new Date(), 'udata refuses times to come');
      const criteria = [
        value('dct:license')?.startsWith('http'),
        value('dct:temporal'),
        value('dct:spatial'),
        value('dct:accrualPeriodicity'),
        Date.now() - Date.parse(modified) < 86_400_000,
        (value('dct:description') ?? '').length > 100,
        files.some((file) => /\.(csv|geojson|parquet)$/.test(file)),
        files.length === distributions.length,
        distributions.every((each) => value('dct:description', each as never)),
      ];
      found.set(id, { id, title, files, score: criteria.filter(Boolean).length });
    }
    const view = graph.getSubjects(iri('rdf:type'), iri('hydra:PartialCollectionView'), null)[0];
    url = view && graph.getObjects(view, iri('hydra:next'), null)[0]?.value;
  }
  return [...found.values()];
}
