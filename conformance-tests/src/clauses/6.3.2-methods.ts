import { clause } from '../clause.ts';
import { property } from '../documents.ts';
import { expectProblem, expectStatus, expectThat } from '../expect.ts';

export const methods = clause('6.3.2', 'Methods and sizes', ({ test }) => {
  const wrong: readonly (readonly [method: string, path: string, allowed: readonly string[]])[] = [
    ['PUT', '/entities', ['GET', 'POST']],
    ['PATCH', '/entities', ['GET', 'POST']],
    ['PUT', '/entities/urn:x:1/attrs', ['POST', 'PATCH']],
    ['POST', '/entities/urn:x:1', ['GET', 'DELETE', 'PUT', 'PATCH']],
    ['GET', '/entityOperations/create', ['POST']],
    ['DELETE', '/types', ['GET']],
    ['POST', '/attributes', ['GET']],
    ['PUT', '/subscriptions/urn:x:1', ['GET', 'PATCH', 'DELETE']],
    ['TRACE', '/entities', ['GET', 'POST']],
    ['PROPFIND', '/entities/urn:x:1', ['GET', 'DELETE', 'PUT', 'PATCH']],
    ['MKCOL', '/subscriptions', ['GET', 'POST']],
  ];
  for (const [method, path, allowed] of wrong) {
    test(`answers 405 with Allow to ${method} ${path}`, async (broker) => {
      const body = ['PUT', 'PATCH', 'POST'].includes(method) ? {} : undefined;
      const answer = await broker.request(method, path, body);
      expectStatus(answer, 405);
      const got = (answer.headers.allow ?? '').split(',').map((name) => name.trim());
      expectThat(
        allowed.every((name) => got.includes(name)),
        `Allow with ${allowed.join(', ')}`,
        answer,
      );
    });
  }

  for (const [path, allowed] of [
    ['/entities', ['GET', 'POST']],
    ['/entities/urn:x:1', ['GET', 'DELETE']],
    ['/types', ['GET']],
    ['/subscriptions', ['GET', 'POST']],
  ] as const) {
    test(`answers OPTIONS ${path} with Allow`, async (broker) => {
      const answer = await broker.request('OPTIONS', path, undefined);
      expectThat(answer.status === 200 || answer.status === 204, 'status 200 or 204', answer);
      const got = (answer.headers.allow ?? '').split(',').map((name) => name.trim());
      expectThat(
        allowed.every((name) => got.includes(name)),
        `Allow with ${allowed.join(', ')}`,
        answer,
      );
    });
  }

  test('answers 404 ResourceNotFound to an unknown path', async (broker) => {
    expectProblem(await broker.get('/nothing/here'), 'ResourceNotFound');
  });

  test('accepts a body of two megabytes or answers 413', async (broker) => {
    const entity = { id: broker.id(), type: 'Building', a: property('x'.repeat(2_000_000)) };
    const answer = await broker.post('/entities', entity);
    expectThat(answer.status === 201 || answer.status === 413, 'status 201 or 413', answer);
  });
});
