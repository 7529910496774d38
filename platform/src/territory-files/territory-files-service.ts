import { object } from '@alzette/kit/bodies';
import { conflict } from '@alzette/kit/problems';
import { operation, serviceRoutes } from '@alzette/kit/routes';
import { defineService, type ServiceDefinition } from '@alzette/kit/service';
import { TerritoryFault } from '@alzette/territory';
import { askAs } from './ask-as.ts';
import { runningConfiguration } from './configuration-client.ts';
import { differencesOf } from './configuration-difference.ts';
import { readConfiguration } from './configuration-files.ts';

const STRINGS = { type: 'array', items: { type: 'string' } };
const ANSWER = object({
  kinds: STRINGS,
  differences: {
    type: 'array',
    items: object({
      kind: { type: 'string' },
      id: { type: 'string' },
      change: { enum: ['missing', 'different', 'extra'] },
      members: STRINGS,
    }),
  },
});

/** `GET /ops/territory-files`: compares the folder of the territory with the running configuration. */
export function territoryFilesService(folder: string): ServiceDefinition {
  return defineService({
    name: 'territory-files',
    async start({ app }) {
      await serviceRoutes(app, '/ops/territory-files', (scope) => {
        scope.get(
          '',
          operation({
            access: 'administerAll',
            summary: 'Differences between the territory’s files and the running product',
            answer: ANSWER,
          }),
          async (request) => {
            const files = await readConfiguration(folder).catch((error: unknown) => {
              throw error instanceof TerritoryFault ? conflict(error.message) : error;
            });
            const running = await runningConfiguration(askAs(app, request), files.keys());
            const differences = differencesOf(files, running);
            return {
              kinds: [...files.keys()].map((kind) => kind.folder),
              differences: differences.map(({ kind, ...difference }) => ({ kind: kind.folder, ...difference })),
            };
          },
        );
      });
      return { async stop() {} };
    },
  });
}
