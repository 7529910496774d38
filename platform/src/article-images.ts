import type { FileOwner, FilePort } from '@alzette/files';
import { Problem } from '@alzette/kit/problems';
import { defineService, type ServiceContext } from '@alzette/kit/service';
import type { ImagePort } from '@alzette/publishing';

/** The owners of pictures that articles and entries may show; `desk`: stored before files had owners. */
const OWNERS: ReadonlySet<string> = new Set(['item', 'keeper', 'desk']);

/** Lets articles and entries show images of the service `files`. */
export const articleImages = defineService({
  name: 'article-images',
  needs: ['files'],
  async start({ files }: ServiceContext & { readonly files: FilePort }) {
    return { ports: { images: imagePort(files) } };
  },
});

/** It reaches no file of anything else. */
function imagePort(files: FilePort): ImagePort {
  const imageOf = async (tenant: string, id: string) => {
    const [file] = await files.find(tenant, [id]);
    return file?.kind === 'image' && OWNERS.has(file.owner.kind) ? file : undefined;
  };
  const withOwner = async (tenant: string, id: string, work: (owner: Required<FileOwner>) => Promise<void>) => {
    const file = await imageOf(tenant, id);
    if (file !== undefined) await work({ id: '', ...file.owner });
  };
  return {
    async publicPath(tenant, id) {
      const file = await imageOf(tenant, id);
      return file?.visibility === 'public' ? files.path(tenant, file) : undefined;
    },
    keep: (tenant, id) => withOwner(tenant, id, (owner) => files.attach(tenant, [id], owner)),
    async put(tenant, bytes, owner, visibility) {
      const own = ownerOf(owner);
      const { id, kind } = await files.put(tenant, bytes, { owner: own, visibility });
      if (kind === 'image') return id;
      await files.remove(tenant, [id], own);
      throw new Problem(415, 'The type is not supported', 'file: got a PDF, expected an image');
    },
    async ownerOf(tenant, id) {
      const file = await imageOf(tenant, id);
      return file && [file.owner.kind, file.owner.id].filter((part) => part !== undefined).join(':');
    },
    async link(tenant, id) {
      const file = await imageOf(tenant, id);
      return file && files.path(tenant, file);
    },
    publish: (tenant, id) => withOwner(tenant, id, (owner) => files.setVisibility(tenant, [id], owner, 'public')),
    remove: (tenant, id) => withOwner(tenant, id, (owner) => files.remove(tenant, [id], owner)),
  };
}

/** `keeper:<link>` and `item:<commune>` as kind and id. */
function ownerOf(owner: string): Required<FileOwner> {
  const [kind = '', ...id] = owner.split(':');
  return { kind, id: id.join(':') };
}
