import type { FastifyInstance } from 'fastify';
import { LONGEST_BODY } from '../delivery/inbox.ts';
import type { Receive } from './embedded-mqtt.ts';

/** `POST /lns`: network servers post their events here; which server it is, the body tells. 202 when it is committed. */
export async function webhookRoutes(app: FastifyInstance, { receive }: { readonly receive: Receive }): Promise<void> {
  await app.register(async (scope) => {
    // The body is kept as it came, whatever it is: what can't be read is evidence, not a client error.
    scope.removeAllContentTypeParsers();
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LONGEST_BODY }, (_request, body, done) => {
      done(null, body);
    });
    scope.post('/lns', async (request, reply) => {
      const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
      await receive(request.url, body);
      return reply.code(202).send();
    });
  });
}
