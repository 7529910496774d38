import { documents, judged, named, type ObjectKind } from '@alzette/kit/objects';
import { idempotencyKey, oneOf, readPath, readQuery, text, wholeNumber } from '@alzette/kit/parameters';
import { missing, refused } from '@alzette/kit/problems';
import { operation } from '@alzette/kit/routes';
import type { ServiceContext } from '@alzette/kit/service';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { IMAGE_FORMATS, type ImageFormat, WIDTHS, type Width } from '../content/image.ts';
import { removeFiles } from '../kept/file-port.ts';
import { type FileRow, findFiles, shownFile } from '../kept/file-rows.ts';
import { opens } from '../kept/link.ts';
import { MAX_UPLOAD_BYTES, putFile } from '../kept/put-file.ts';
import { readMaster, readVariant } from '../kept/read-file.ts';
import type { FileParts } from '../parts.ts';
import type { FilePort } from '../ports.ts';

const ID = {
  id: text({ max: 32, pattern: /^[0-9a-f]{32}$/, expected: 'an id of 32 hexadecimal digits', required: true }),
};
const UPLOAD = {
  entity: text({ max: 300, pattern: /^\w+:\S+$/, expected: 'the id of the entity that it belongs to', required: true }),
  visibility: oneOf(['public', 'private'], { default: 'private' }),
  name: text({ max: 100 }),
};
/** The owner of files that belong to an entity. */
const ENTITY = 'entity';
/** Stored with this route before files had owners: for administrators. */
const OF_NOBODY = 'desk';
const SHOWN = {
  tenant: text({ max: 64 }),
  width: oneOf(['320', '960', '1600'], { default: '960' }),
  format: oneOf(IMAGE_FORMATS),
  expires: wholeNumber({ min: 0, max: 1e11 }),
  signature: text({ max: 64 }),
};
const FILE = {
  type: 'object',
  description: 'id, kind (image or pdf), name, bytes, width, height, visibility, createdAt, url',
};
/** Headers that keep browsers from executing a file or guessing its type. */
const HARMLESS = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; sandbox",
  'cross-origin-resource-policy': 'cross-origin',
};

/** `/files`: photos and documents. */
export function fileRoutes(scope: FastifyInstance, parts: FileParts, port: FilePort, given: ServiceContext): void {
  takeBytes(scope, MAX_UPLOAD_BYTES);
  /** What a file will belong to. */
  const entity: ObjectKind<string> = {
    name: 'entity',
    find: (_tenant, id) => id,
    may: async (action, id, judge) => !(await judge.refused(action, [id])).has(id),
  };
  /** Files of entities, with the rights on them. Other services have routes of their own for theirs. */
  const entityFile: ObjectKind<FileRow> = {
    name: 'file',
    async find(tenant, id) {
      const [file] = await findFiles(parts.db, tenant, [id]);
      return file?.owner.kind === ENTITY || file?.owner.kind === OF_NOBODY ? file : undefined;
    },
    may: (action, { owner }, judge) => judge.caller.administers || entity.may(action, owner.id ?? '', judge),
  };

  scope.post(
    '',
    operation({
      access: 'write',
      objects: documents(entity, async (request) => [readQuery(request, UPLOAD).entity]),
      summary: 'Stores an image or a PDF of an entity, sent as the body; once per Idempotency-Key',
      query: UPLOAD,
      answer: FILE,
      bodyLimit: MAX_UPLOAD_BYTES,
    }),
    async (request, reply) => {
      const { visibility, name } = readQuery(request, UPLOAD);
      const { tenant } = given.callerOf(request);
      const owner = { kind: ENTITY, id: judged(request, entity) };
      const key = idempotencyKey(request);
      const options = { owner, visibility, name, key: key && `${owner.id} ${key}` };
      const { file, isNew } = await putFile(parts, tenant, bytesOf(request), options);
      await port.attach(tenant, [file.id], owner);
      return reply.code(isNew ? 201 : 200).send({ ...shownFile(file), url: port.link(tenant, file) });
    },
  );

  scope.get(
    '/:id',
    operation({
      access: 'nothing',
      anyTenant: true,
      summary: 'An image in the best format for the browser, or a PDF; private ones need a signed link',
      query: SHOWN,
    }),
    async (request, reply) => {
      const { id } = readPath(request, ID);
      const { tenant = '', width, format, ...signed } = readQuery(request, SHOWN);
      const [file] = await findFiles(parts.db, tenant, [id]);
      // The answer for a private file is the same as for a missing one.
      const isOpen = file?.visibility === 'public' || opens(parts.linkKey, tenant, id, signed);
      if (file === undefined || !isOpen) throw missing('file', id);
      const keeping = file.visibility === 'public' ? 'public, max-age=86400' : 'private, max-age=300';
      reply.headers({ ...HARMLESS, 'cache-control': keeping });
      if (file.kind === 'pdf') {
        reply.header('content-disposition', 'attachment; filename="document.pdf"');
        return sendBytes(request, reply, id, await readMaster(parts, tenant, id), 'application/pdf');
      }
      const chosen = format ?? bestFormat(request);
      const size = WIDTHS.find((known) => String(known) === width) as Width; // checked by readQuery
      reply.header('vary', 'accept').header('content-disposition', 'inline');
      const bytes = await readVariant(parts, tenant, id, size, chosen);
      return sendBytes(request, reply, `${id}-${size}-${chosen}`, bytes, `image/${chosen}`);
    },
  );

  scope.delete(
    '/:id',
    operation({ access: 'write', objects: named(entityFile), summary: 'Deletes a file of an entity' }),
    async (request, reply) => {
      await removeFiles(parts, given.callerOf(request).tenant, [judged(request, entityFile).id]);
      return reply.code(204).send();
    },
  );
}

/** Lets a scope accept images and PDFs as raw bytes. */
function takeBytes(scope: FastifyInstance, bodyLimit: number): void {
  const types = /^(?:image\/[\w.+-]+|application\/(?:pdf|octet-stream))/;
  scope.addContentTypeParser(types, { parseAs: 'buffer', bodyLimit }, (_request, body, done) => done(null, body));
}

function bytesOf({ body }: FastifyRequest): Buffer {
  if (!Buffer.isBuffer(body)) throw refused('file', undefined, 'the bytes of an image or a PDF as the body');
  return body;
}

function bestFormat({ headers }: FastifyRequest): ImageFormat {
  const accepted = headers.accept ?? '';
  return IMAGE_FORMATS.find((format) => accepted.includes(`image/${format}`)) ?? 'jpeg';
}

function sendBytes(request: FastifyRequest, reply: FastifyReply, tag: string, bytes: Buffer | undefined, type: string) {
  if (bytes === undefined) throw missing('file', tag);
  reply.header('etag', `"${tag}"`);
  if (request.headers['if-none-match'] === `"${tag}"`) return reply.code(304).send();
  return reply.type(type).send(bytes);
}
