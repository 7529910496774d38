import type { FilePort } from '@alzette/files';
import { Problem } from '@alzette/kit/problems';
import type { ImagePort } from '@alzette/publishing';

/** The images of articles and entries, in the service `files`. */
export function articleImages(files: FilePort): ImagePort {
  const imageOf = async (tenant: string, id: string) => {
    const [file] = await files.find(tenant, [id]);
    return file?.kind === 'image' ? file : undefined;
  };
  return {
    async publicPath(tenant, id) {
      const file = await imageOf(tenant, id);
      return file?.visibility === 'public' ? files.link(tenant, file) : undefined;
    },
    keep: (tenant, id) => files.attach(tenant, [id]),
    async put(tenant, bytes, owner) {
      const { id, kind } = await files.put(tenant, bytes, { owner, visibility: 'private' });
      if (kind === 'image') return id;
      await files.remove(tenant, [id]);
      throw new Problem(415, 'The type is not supported', 'file: got a PDF, expected an image');
    },
    ownerOf: async (tenant, id) => (await imageOf(tenant, id))?.owner,
    async link(tenant, id) {
      const file = await imageOf(tenant, id);
      return file && files.link(tenant, file);
    },
    publish: (tenant, id) => files.setVisibility(tenant, [id], 'public'),
    remove: (tenant, id) => files.remove(tenant, [id]),
  };
}
