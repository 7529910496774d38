import { actor } from '@alzette/kit/access';
import { missing, Problem } from '@alzette/kit/problems';
import type { Handlers } from '@alzette/kit/serve';
import type { FastifyRequest } from 'fastify';
import { buildArchive } from '../archive/archive.ts';
import { Manifest, type PackContract, type PackStep } from '../contract/contract.ts';
import { askAsSender, listDocuments } from '../documents/kinds.ts';
import { type InstallerParts, install, openPack, planOf, remove } from '../install/installer.ts';
import type { Step } from '../install/plan.ts';
import { findArchive, installedPacks, keepArchive, packObjects, underWay } from '../store/pack-rows.ts';
import { catalogueHandlers } from './catalogue-routes.ts';
import { type RouteParts, summary } from './route-parts.ts';

type Archives = 'schema' | 'upload' | 'archive' | 'make';
type Changes = 'list' | 'plan' | 'install' | 'remove';

/** `/packs`: installed packs, those that come with the product, and uploaded archives. */
export function packHandlers(parts: RouteParts): Handlers<PackContract> {
  return { ...archiveHandlers(parts), ...catalogueHandlers(parts), ...changeHandlers(parts) };
}

function changeHandlers(parts: RouteParts): Handlers<PackContract, Changes> {
  const { db, given } = parts;
  const askedBy = (request: FastifyRequest) => ({
    tenant: request.tenant,
    timeZone: given.territories.of(request.tenant).timeZone,
    ask: askAsSender(given.app, request),
  });
  const installer = async (): Promise<InstallerParts> => ({ ...parts, shipped: await parts.shipped() });
  return {
    async list({ tenant }) {
      const [packs, objects, now] = [
        await installedPacks(db, tenant),
        await packObjects(db, tenant),
        await underWay(db, tenant),
      ];
      return {
        packs: packs.map(({ manifest, ...pack }) => ({
          ...pack,
          title: manifest.title,
          description: manifest.description,
          licence: manifest.licence,
          authors: manifest.authors,
          documents: objects
            .filter((object) => object.pack === pack.id)
            .map(({ folder, id }) => ({ kind: folder, id })),
        })),
        ...(now && { underWay: { pack: now.pack, isInterrupted: now.isOver } }),
      };
    },
    async plan(request) {
      const { pack, steps, obstacles } = await planOf(await installer(), {
        ...askedBy(request),
        ...request.params,
        ...request.body,
      });
      return { pack: summary(pack), steps: steps.map(shownStep), obstacles: [...obstacles] };
    },
    async install(request) {
      const { acceptsUnsigned, ...wish } = request.body;
      const steps = await install(
        await installer(),
        { ...askedBy(request), ...request.params, ...wish },
        { by: actor(given.callerOf(request)), acceptsUnsigned },
      );
      return { steps: steps.map(shownStep) };
    },
    async remove(request) {
      const steps = await remove(parts, { ...askedBy(request), ...request.params });
      return { steps: steps.map(shownStep) };
    },
  };
}

function archiveHandlers(parts: RouteParts): Handlers<PackContract, Archives> {
  const { db, kinds, given } = parts;
  return {
    schema(_request, reply) {
      reply.type('application/schema+json');
      return Manifest;
    },
    async upload(request) {
      const { tenant } = request;
      const content = request.body as Buffer; // parsed as bytes by this scope
      const pack = await openPack(parts, content, tenant);
      await keepArchive(db, tenant, { digest: pack.digest, content, by: actor(given.callerOf(request)) });
      return summary(pack);
    },
    async archive({ tenant, params: { digest } }, reply) {
      const content = await findArchive(db, tenant, digest);
      if (content === undefined) throw missing('archive', digest);
      return reply.type('application/zip').send(content);
    },
    async make(request, reply) {
      const { manifest, documents } = request.body;
      const ask = askAsSender(given.app, request);
      const wanted = new Set(documents.map(({ kind, id }) => `${kind}/${id}`));
      const files = [];
      for (const kind of kinds) {
        if (!documents.some((document) => document.kind === kind.folder)) continue;
        for (const document of await listDocuments(ask, kind)) {
          if (!wanted.delete(`${kind.folder}/${document.id}`)) continue;
          files.push({ folder: kind.folder, name: `${fileNameOf(document.id)}.yaml`, document });
        }
      }
      const [absent] = wanted;
      if (absent !== undefined) throw missing('document', absent);
      reply.header('content-disposition', `attachment; filename="${manifest.id}-${manifest.version}.zip"`);
      return reply.type('application/zip').send(Buffer.from(buildArchive(manifest, files)));
    },
  };
}

/** `urn:ngsi-ld:Rule:lamp-out` → `lamp-out`, `https://example.org/Bench` → `Bench`. @throws Problem 409: it would be no name of a file */
function fileNameOf(id: string): string {
  const name = id.slice(id.search(/[^:/#]+$/)).replaceAll(/[^\w.-]+/g, '-');
  if (!/^[A-Za-z0-9]/.test(name))
    throw new Problem(409, 'It can’t be in a pack', `${id}: its name begins with no letter`);
  return name;
}

/** Both versions only where somebody has to choose. */
function shownStep({ kind, id, change, members, here, theirs, write }: Step): PackStep {
  const { name, title } = { ...here, ...theirs, ...write };
  const given = name ?? title;
  return {
    kind: kind.folder,
    id,
    ...(typeof given === 'string' && { name: { fr: given } }),
    ...(isTexts(given) && { name: given }),
    change,
    members: [...members],
    ...(change === 'conflict' && here && { here }),
    ...(theirs && { theirs }),
  };
}

function isTexts(value: unknown): value is { readonly [language: string]: string } {
  return typeof value === 'object' && value !== null && Object.values(value).every((text) => typeof text === 'string');
}
