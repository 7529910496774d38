import { clause } from '../clause.ts';
import { geoProperty, point, property } from '../documents.ts';
import { at, expectSame, expectThat } from '../expect.ts';
import type { Json } from '../rig/broker.ts';
import type { Received } from '../rig/notification-receiver.ts';
import { dataOf, watch } from '../watch.ts';

export const notificationRequests = clause('6.3.8', 'How a notification is sent', ({ test }) => {
  const headerOf = ({ headers }: Received, name: string) => headers[name];

  test('is application/json with the context in a Link header by default', async (broker, rig) => {
    const context = rig.contexts.serve({ colour: 'https://example.org/colour' });
    const { type, endpoint } = await watch(broker, rig, { context });
    const id = await broker.create({ type, colour: property('red') }, { context });
    const got = await endpoint.next();
    const answer = broker.last as never;
    expectThat(
      (headerOf(got, 'content-type') ?? '').startsWith('application/json'),
      'Content-Type: application/json',
      answer,
    );
    expectThat((headerOf(got, 'link') ?? '').includes(`<${context}>`), `a Link to ${context}`, answer);
    expectSame(dataOf(got), [{ id, type, colour: property('red') }]);
  });

  test('is application/ld+json with the context in each entity when accept says so', async (broker, rig) => {
    const { type, endpoint } = await watch(broker, rig, { endpoint: { accept: 'application/ld+json' } });
    await broker.create({ type, a: property(1) });
    const got = await endpoint.next();
    const answer = broker.last as never;
    expectThat(
      (headerOf(got, 'content-type') ?? '').startsWith('application/ld+json'),
      'Content-Type: application/ld+json',
      answer,
    );
    expectThat(headerOf(got, 'link') === undefined, 'no Link header', answer);
    expectThat(at(dataOf(got), 0, '@context') !== undefined, 'an @context in the entity', answer);
  });

  test('contains a FeatureCollection when accept is application/geo+json', async (broker, rig) => {
    const { type, endpoint } = await watch(broker, rig, { endpoint: { accept: 'application/geo+json' } });
    const id = await broker.create({ type, location: geoProperty(point(1, 2)) });
    const got = await endpoint.next();
    const data = { ...(dataOf(got) as Json), '@context': undefined };
    expectSame(data, {
      type: 'FeatureCollection',
      '@context': undefined,
      features: [
        { id, type: 'Feature', geometry: point(1, 2), properties: { type, location: geoProperty(point(1, 2)) } },
      ],
    });
  });

  test('uses the names of jsonldContext', async (broker, rig) => {
    const jsonldContext = rig.contexts.serve({ couleur: 'https://example.org/colour' });
    const { type, endpoint } = await watch(broker, rig, { members: { jsonldContext } });
    const id = await broker.create({ type, 'https://example.org/colour': property('red') });
    expectSame(dataOf(await endpoint.next()), [{ id, type, couleur: property('red') }]);
  });

  test('has the headers of receiverInfo and the tenant', async (broker, rig) => {
    const { type, endpoint } = await watch(broker, rig, {
      endpoint: { receiverInfo: [{ key: 'X-Conformance', value: 'yes' }] },
    });
    await broker.create({ type, a: property(1) });
    const got = await endpoint.next();
    const { tenant } = broker.settings;
    expectSame([headerOf(got, 'x-conformance'), headerOf(got, 'ngsild-tenant')], ['yes', tenant]);
  });

  test('contains GeoJSON without @context when receiverInfo prefers body=json', async (broker, rig) => {
    const receiverInfo = [{ key: 'Prefer', value: 'body=json' }];
    const { type, endpoint } = await watch(broker, rig, { endpoint: { accept: 'application/geo+json', receiverInfo } });
    await broker.create({ type, location: geoProperty(point(1, 2)) });
    const got = await endpoint.next();
    const answer = broker.last as never;
    expectThat(at(dataOf(got), '@context') === undefined, 'no @context in the FeatureCollection', answer);
    expectThat((headerOf(got, 'link') ?? '').includes('json-ld#context'), 'a Link to the context', answer);
  });
});
