/** The public addresses of a dataset. They never change. */
export function addressesOf(publicUrl: string, id: string) {
  return {
    dataset: `${publicUrl}/data/datasets/${id}`,
    collection: `${publicUrl}/ogc/collections/${id}`,
    tiles: `${publicUrl}/tiles/${id}`,
    file: (format: string) => `${publicUrl}/data/files/${id}/latest.${format}`,
  };
}
