import { clause } from '../clause.ts';
import { expectIds, expectProblem } from '../expect.ts';

const SCOPED: { readonly [key: string]: readonly string[] } = {
  madrid: ['/Madrid'],
  gardens: ['/Madrid/Gardens'],
  park: ['/Madrid/Gardens/ParkNorth'],
  both: ['/Madrid/Centre', '/CompanyA'],
  company: ['/CompanyA'],
  none: [],
};

const FINDS: readonly (readonly [scopeQ: string, found: string])[] = [
  ['/Madrid', 'madrid'],
  ['/Madrid/#', 'madrid gardens park both'],
  ['/Madrid/+', 'gardens both'],
  ['/Madrid/+/ParkNorth', 'park'],
  ['/+', 'madrid both company'],
  ['/+/Gardens', 'gardens'],
  ['/#', 'madrid gardens park both company'],
  ['/Madrid,/CompanyA', 'madrid both company'],
  ['/Madrid/Gardens|/CompanyA', 'gardens both company'],
  ['(/Madrid/Centre;/CompanyA)', 'both'],
  ['/Madrid/Centre;/CompanyA', 'both'],
  ['(/Madrid/Centre;/CompanyA),/Madrid', 'madrid both'],
  ['/Paris', ''],
  ['/Mad', ''],
];

export const scopeQueries = clause('4.19', 'Scope queries', ({ test }) => {
  for (const [scopeQ, found] of FINDS) {
    test(`finds ${found === '' ? 'nothing' : found.replaceAll(' ', ', ')} by ${scopeQ}`, async (broker) => {
      const type = broker.name();
      const base = broker.id();
      const entities = Object.entries(SCOPED).map(([key, scope]) => ({
        id: `${base}:${key}`,
        type,
        ...(scope.length > 0 && { scope }),
      }));
      await broker.createAll(entities);
      const answer = await broker.get('/entities', { query: { type, scopeQ } });
      expectIds(
        answer,
        found
          .split(' ')
          .filter(Boolean)
          .map((key) => `${base}:${key}`),
      );
    });
  }

  for (const wrong of ['/a//b', '/a-b', '/9', '(/a;/b', '/a,,/b', '/#/a', '/a/#/b']) {
    test(`refuses ${wrong}`, async (broker) => {
      const answer = await broker.get('/entities', { query: { type: broker.name(), scopeQ: wrong } });
      expectProblem(answer, 'BadRequestData');
    });
  }
});
