import { object } from '@alzette/kit/bodies';
import { documents, judged } from '@alzette/kit/objects';
import { oneOf, readQuery, text } from '@alzette/kit/parameters';
import { operation } from '@alzette/kit/routes';
import type { FastifyInstance } from 'fastify';
import type { PublishingParts } from '../parts.ts';
import { KINDS } from './item.ts';
import { ownerOfPictures, storePicture, takePictures } from './item-pictures.ts';
import { checkOwner } from './read-item.ts';

const FOR = { kind: oneOf(KINDS, { required: true }), owner: text({ max: 64, default: '' }) };
const MAX_BYTES = 20 * 1024 * 1024;

/** `/publishing/pictures`: the pictures of items. They belong to the owner of the items. */
export function pictureRoutes(scope: FastifyInstance, parts: PublishingParts): void {
  const { territory, objects, images } = parts;
  takePictures(scope, MAX_BYTES);
  scope.post(
    '/pictures',
    operation({
      access: 'write',
      objects: documents(objects.writing, async (request) => {
        const { kind, owner } = readQuery(request, FOR);
        checkOwner(owner, territory);
        return [{ kind, owner }];
      }),
      summary:
        'Stores a picture for items of this kind and owner, for a day until an item shows it; the body is its bytes',
      query: FOR,
      answer: object({ file: { type: 'string' }, url: { type: 'string' } }),
      bodyLimit: MAX_BYTES,
    }),
    async (request, reply) => {
      const { tenant, body } = request;
      const file = await storePicture(parts, tenant, ownerOfPictures(judged(request, objects.writing)), body, 'public');
      return reply.code(201).send({ file, url: await images?.publicPath(tenant, file) });
    },
  );
}
