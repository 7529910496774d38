import { contract, identifier, media } from '@alzette/kit/contract';
import { Problem, refused } from '@alzette/kit/problems';
import { serviceRoutes } from '@alzette/kit/routes';
import { serve } from '@alzette/kit/serve';
import { defineService } from '@alzette/kit/service';
import { uplinkOf } from './uplink.js';

const uplinkContract = contract(
  { uplinks: 'POST /x/lines/:connection/uplinks' },
  {
    uplinks: {
      access: 'nothing', // the connection has a secret of its own
      anyTenant: true,
      summary: 'Accepts uplinks of a network server, one in each line: DevEUI;port;counter;payload;RSSI',
      params: { connection: identifier() },
      body: media('text/plain'),
      answers: { 202: null },
    },
  },
);

export default defineService({
  name: 'x_lines',
  async start({ app }) {
    await serviceRoutes(app, '/x/lines', (scope) => {
      scope.addContentTypeParser('text/plain', { parseAs: 'string' }, (_request, body, done) => done(null, body));
      serve(scope, uplinkContract, {
        async uplinks({ params, body, headers }) {
          const lines = body.split(/\r?\n/).filter((line) => line !== '');
          if (lines.length === 0 || lines.length > 100) throw refused('body', lines.length, 'from 1 to 100 lines');
          for (const uplink of lines.map(uplinkOf)) {
            // As the network servers that the product knows: it checks the secret, stores the message, and decodes it.
            const { statusCode } = await scope.inject({
              method: 'POST',
              url: `/iot/lns/${encodeURIComponent(params.connection)}`,
              headers: { 'content-type': 'application/json', 'x-webhook-secret': headers['x-webhook-secret'] ?? '' },
              payload: uplink,
            });
            if (statusCode === 401)
              throw new Problem(401, 'Unauthorized', 'x-webhook-secret: expected that of the connection');
            if (statusCode >= 300) throw new Problem(statusCode, 'The uplink was not accepted', JSON.stringify(uplink));
          }
        },
      });
    });
    return {};
  },
});
