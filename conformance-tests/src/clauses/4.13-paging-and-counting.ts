import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectHeader, expectIds, expectProblem, expectStatus, expectThat, idsOf } from '../expect.ts';
import type { Broker } from '../rig/broker.ts';
import type { Answer } from '../rig/exchange.ts';

async function five(broker: Broker): Promise<{ type: string; ids: string[] }> {
  const type = broker.name();
  const ids = [1, 2, 3, 4, 5].map(() => broker.id());
  await broker.createAll(ids.map((id, at) => ({ id, type, rank: property(at) })));
  return { type, ids };
}

/** The target of the page link `rel`, relative to the API root. */
function pageLink(answer: Answer, rel: 'next' | 'prev'): string | undefined {
  const links = (answer.headers.link ?? '').split(/,\s*(?=<)/);
  const link = links.find((one) => new RegExp(`rel="?${rel}"?(;|$|\\s)`).test(one));
  const target = link === undefined ? undefined : /^<([^>]*)>/.exec(link)?.[1];
  return target?.replace(/^.*\/ngsi-ld\/v1(?=\/)/, '');
}

export const paging = clause('4.12', 'Paging', ({ test }) => {
  test('returns limit entities from offset on, each once', async (broker) => {
    const { type, ids } = await five(broker);
    const seen: unknown[] = [];
    for (const offset of [0, 2, 4]) {
      const answer = await broker.get('/entities', { query: { type, limit: 2, offset } });
      expectStatus(answer, 200);
      expectThat(idsOf(answer).length === (offset === 4 ? 1 : 2), `${offset === 4 ? 1 : 2} entities`, answer);
      seen.push(...idsOf(answer));
    }
    const all = await broker.get('/entities', { query: { type } });
    expectIds(all, ids);
    expectThat(new Set(seen).size === 5, `the five entities over the pages, not ${seen.join(', ')}`, all);
  });

  test('links pages so that they can be followed to the end and back', async (broker) => {
    const { type } = await five(broker);
    let answer = await broker.get('/entities', { query: { type, limit: 2 } });
    expectThat(pageLink(answer, 'prev') === undefined, 'no link to a page before the first', answer);
    const seen = idsOf(answer);
    for (let next = pageLink(answer, 'next'); next !== undefined; next = pageLink(answer, 'next')) {
      answer = await broker.get(next);
      seen.push(...idsOf(answer));
      if (seen.length > 5) break;
    }
    expectThat(seen.length === 5 && new Set(seen).size === 5, 'five entities over three pages', answer);
    const before = pageLink(answer, 'prev');
    expectThat(before !== undefined, 'a link to the page before the last', answer);
    const back = await broker.get(before as string);
    expectThat(JSON.stringify(idsOf(back)) === JSON.stringify(seen.slice(2, 4)), 'the second page', back);
  });

  test('links no other page when there is only one', async (broker) => {
    const { type, ids } = await five(broker);
    const answer = await broker.get('/entities', { query: { type, limit: 5 } });
    expectIds(answer, ids);
    expectThat(
      pageLink(answer, 'next') === undefined && pageLink(answer, 'prev') === undefined,
      'no page links',
      answer,
    );
  });

  test('keeps the other parameters and names the media type in page links', async (broker) => {
    const { type } = await five(broker);
    const query = { type, q: 'rank>=0', limit: 1, offset: 1 };
    const answer = await broker.get('/entities', { query, accept: 'application/ld+json' });
    for (const rel of ['next', 'prev'] as const) {
      const target = pageLink(answer, rel) ?? '';
      const parameters = new URLSearchParams(target.split('?')[1]);
      const offset = rel === 'next' ? '2' : '0';
      expectThat(
        parameters.get('type') === type &&
          parameters.get('q') === 'rank>=0' &&
          (parameters.get('offset') ?? '0') === offset,
        `a ${rel} link with type, q and offset=${offset}`,
        answer,
      );
    }
    expectHeader(answer, 'Link', /rel="next"; ?type="application\/ld\+json"/);
  });

  test('returns at most the last entity beyond the end', async (broker) => {
    const { type, ids } = await five(broker);
    const answer = await broker.get('/entities', { query: { type, offset: 10 } });
    expectStatus(answer, 200);
    expectThat(
      idsOf(answer).length <= 1 && idsOf(answer).every((id) => ids.includes(id as string)),
      'no entity, or the last',
      answer,
    );
  });

  for (const [name, value] of [
    ['limit', -1],
    ['limit', 'many'],
    ['limit', '1.5'],
    ['offset', -1],
    ['offset', 'x'],
    ['limit', 0],
  ] as const) {
    test(`refuses ${name}=${value}`, async (broker) => {
      const answer = await broker.get('/entities', { query: { type: broker.name(), [name]: value } });
      expectProblem(answer, 'BadRequestData', 'InvalidRequest');
    });
  }
});

export const counting = clause('4.13', 'Counting', ({ test }) => {
  test('returns the total count with count=true, whatever the page', async (broker) => {
    const { type } = await five(broker);
    for (const page of [{}, { limit: 2 }, { limit: 2, offset: 4 }]) {
      const answer = await broker.get('/entities', { query: { type, count: true, ...page } });
      expectHeader(answer, 'NGSILD-Results-Count', '5');
    }
    const some = await broker.get('/entities', { query: { type, q: 'rank>2', count: true } });
    expectHeader(some, 'NGSILD-Results-Count', '2');
  });

  test('returns no count without count=true', async (broker) => {
    const { type, ids } = await five(broker);
    for (const query of [{ type }, { type, count: false }]) {
      const answer = await broker.get('/entities', { query });
      expectIds(answer, ids);
      expectHeader(answer, 'NGSILD-Results-Count', undefined);
    }
  });

  test('returns only the count with limit=0', async (broker) => {
    const { type } = await five(broker);
    const answer = await broker.get('/entities', { query: { type, limit: 0, count: true } });
    expectIds(answer, []);
    expectHeader(answer, 'NGSILD-Results-Count', '5');
  });

  test('returns the count 0 when nothing matches', async (broker) => {
    const answer = await broker.get('/entities', { query: { type: broker.name(), count: true } });
    expectIds(answer, []);
    expectHeader(answer, 'NGSILD-Results-Count', '0');
  });
});
