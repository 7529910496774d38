import { clause } from '../clause.ts';
import { at, expectSame, expectStatus, expectThat, withoutContext } from '../expect.ts';
import type { Json } from '../rig/broker.ts';
import { aDateTime, aString, aUri } from '../same.ts';

const DURATION = /^P(?!$)(\d+Y)?(\d+M)?(\d+D)?(T(?=\d)(\d+H)?(\d+M)?(\d+(\.\d+)?S)?)?$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z:[\]]+$/;

export const sourceIdentity = clause('5.15.1', 'Context source identity', ({ test }) => {
  test('has an id, an alias, an uptime and a time', async (broker) => {
    const answer = await broker.get('/info/sourceIdentity');
    if (answer.status === 501) broker.skip('the broker tells no identity (501)');
    expectStatus(answer, 200);
    const { contextSourceExtras: _, ...identity } = withoutContext(answer.body) as Json;
    expectSame(
      identity,
      {
        id: aUri,
        type: 'ContextSourceIdentity',
        contextSourceAlias: aString,
        contextSourceUptime: aString,
        contextSourceTimeAt: aDateTime,
      },
      answer,
    );
    expectThat(DURATION.test(String(identity.contextSourceUptime)), 'an uptime as ISO 8601 duration', answer);
    expectThat(TOKEN.test(String(identity.contextSourceAlias)), 'an alias that can stand in a Via header', answer);
  });

  test('has one constant alias for a tenant, and another for another tenant', async (broker) => {
    const alias = async (tenant?: string) => {
      const answer = await broker.get('/info/sourceIdentity', tenant === undefined ? {} : { tenant });
      if (answer.status === 501) broker.skip('the broker tells no identity (501)');
      expectStatus(answer, 200);
      return at(answer.body, 'contextSourceAlias');
    };
    const first = await alias();
    expectSame(first, aString);
    expectSame(await alias(), first);
    if (broker.settings.tenant === undefined) return;
    const other = await alias('');
    expectThat(other !== first, `another alias than ${String(first)}`, broker.last as never);
  });
});
