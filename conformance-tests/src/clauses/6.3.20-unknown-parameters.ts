import { clause } from '../clause.ts';
import { expectProblem } from '../expect.ts';

export const unknownParameters = clause('6.3.20', 'Unknown parameters', ({ test }) => {
  const requests: readonly (readonly [method: string, path: string, body?: unknown])[] = [
    ['POST', '/entities', { id: 'urn:x:never', type: 'Building', '@context': [] }],
    ['GET', '/entities'],
    ['DELETE', '/entities'],
    ['GET', '/entities/urn:x:1'],
    ['DELETE', '/entities/urn:x:1'],
    ['PATCH', '/entities/urn:x:1', {}],
    ['PUT', '/entities/urn:x:1', {}],
    ['POST', '/entities/urn:x:1/attrs', {}],
    ['PATCH', '/entities/urn:x:1/attrs', {}],
    ['PATCH', '/entities/urn:x:1/attrs/a', {}],
    ['DELETE', '/entities/urn:x:1/attrs/a'],
    ['POST', '/entityOperations/create', [{}]],
    ['POST', '/entityOperations/query', { type: 'Query' }],
    ['GET', '/types'],
    ['GET', '/attributes'],
    ['POST', '/subscriptions', {}],
    ['GET', '/subscriptions'],
  ];
  for (const [method, path, body] of requests) {
    test(`give 400 InvalidRequest to ${method} ${path}`, async (broker) => {
      const answer = await broker.request(method, path, body, { query: { invalidParameter: 'x' } });
      expectProblem(answer, 'InvalidRequest');
    });
  }
});
