import assert from 'node:assert/strict';
import { test } from 'node:test';
import { newDatabase } from '@alzette/broker/test-support';
import { defineService, type ServiceContext, startOrder } from '@alzette/kit/service';
import { startServiceHost } from './support/service-host.ts';

interface Greetings {
  greet(name: string): string;
}

const greeting = defineService({
  name: 'greeting',
  async start() {
    const greetings: Greetings = { greet: (name) => `Moien ${name}` };
    return { ports: { greetings } };
  },
});

const visiting = defineService({
  name: 'visiting',
  needs: ['greetings'],
  async start({ greetings }: ServiceContext & { readonly greetings: Greetings }) {
    return { ports: { welcome: greetings.greet('Ada') } };
  },
});

test('a service receives the ports of those that start before it', async (t) => {
  const db = await newDatabase();
  const { definitions } = startOrder().with(greeting).with(visiting);
  const host = await startServiceHost(t, db, definitions);
  t.after(() => db.close());
  assert.equal(host.port('welcome'), 'Moien Ada');
});

test('a service whose port no service before it offers prevents the start, and the error names the port', async (t) => {
  const db = await newDatabase();
  t.after(() => db.close());
  // @ts-expect-error: the types refuse the order as well
  const { definitions } = startOrder().with(visiting).with(greeting);
  const starting = startServiceHost(t, db, definitions);
  await assert.rejects(starting, /^Error: visiting needs greetings of a service that starts before it$/);
});
