import { conflict } from '@alzette/kit/problems';
import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService, type ServiceDefinition } from '@alzette/kit/service';
import { askAsSender } from '@alzette/packs/kinds';
import { territoryFilesContract } from '@alzette/system/contract';
import { TerritoryFault } from '@alzette/territory';
import { runningConfiguration } from './configuration-client.ts';
import { differencesOf } from './configuration-difference.ts';
import { readConfiguration } from './configuration-files.ts';

/** `GET /ops/territory-files`: compares the folder of the territory with the running configuration. */
export function territoryFilesService(folder: string): ServiceDefinition {
  return defineService({
    name: 'territory-files',
    async start({ app }) {
      await serviceRoutes(app, '/ops/territory-files', (scope) => {
        serve(scope, territoryFilesContract, {
          async compare(request) {
            const files = await readConfiguration(folder).catch((error: unknown) => {
              throw error instanceof TerritoryFault ? conflict(error.message) : error;
            });
            const running = await runningConfiguration(askAsSender(app, request, ''), files.keys());
            const differences = differencesOf(files, running);
            return {
              kinds: [...files.keys()].map((kind) => kind.folder),
              differences: differences.map(({ kind, ...difference }) => ({ kind: kind.folder, ...difference })),
            };
          },
        });
      });
      return { async stop() {} };
    },
  });
}
