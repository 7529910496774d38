import type { testDatabases } from '@alzette/broker/test-support';
import type { InjectOptions } from 'fastify';
import type { Territory } from './territory.ts';
import { startTerritory } from './territory.ts';

/** A territory that starts with the first request, and a function for requests to its agents. */
export interface Asking {
  territory(): Promise<Territory>;
  ask(
    method: InjectOptions['method'],
    path: string,
    payload?: object | string,
    contentType?: string,
    // biome-ignore lint/suspicious/noExplicitAny: an answer's shape is what the tests are about
  ): Promise<{ status: number; body: any }>;
  close(): Promise<void>;
}

type TestDatabase = ReturnType<typeof testDatabases>[number];

export function askAgents(database: TestDatabase): Asking {
  let started: Promise<Territory> | undefined;
  const territory = (): Promise<Territory> => {
    started ??= database.open().then((db) => startTerritory(db));
    return started;
  };
  return {
    territory,
    async ask(method, path, payload, contentType) {
      const { app } = await territory();
      const answer = await app.inject({
        method,
        url: `/iot${path}`,
        ...(payload === undefined ? {} : { payload }),
        ...(contentType === undefined ? {} : { headers: { 'content-type': contentType } }),
      });
      return { status: answer.statusCode, body: answer.body === '' ? undefined : answer.json() };
    },
    close: async () => (await started)?.close(),
  };
}
