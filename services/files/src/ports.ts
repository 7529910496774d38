import type { Area } from './content/blur.ts';

/** How other services keep photos and documents. */
export interface FilePort {
  /**
   * Checks bytes by their content (size, type, viruses), turns and resizes images without their metadata, and keeps
   * them. Durable once it resolves.
   *
   * @throws Problem 413: too large; 415: of another type; 400: it can't be read, or is refused; 503: the antivirus is down
   */
  put(tenant: string, bytes: Buffer, options: PutOptions): Promise<StoredFile>;
  /** Those that are there, in the order asked for. */
  find(tenant: string, ids: readonly string[]): Promise<StoredFile[]>;
  /** Keeps them for good: a file that nothing is attached to goes after a day. */
  attach(tenant: string, ids: readonly string[]): Promise<void>;
  setVisibility(tenant: string, ids: readonly string[], visibility: Visibility): Promise<void>;
  /**
   * Keeps a private copy of an image in which nothing can be recognised within some areas. The same areas again give the
   * same copy.
   *
   * @throws Problem 400: there is no such image
   */
  blur(tenant: string, id: string, areas: readonly Area[]): Promise<StoredFile>;
  /** Deletes them, bytes and all. Those that are not there are gone already. */
  remove(tenant: string, ids: readonly string[]): Promise<void>;
  /** The URL of a public file; of a private one a link that opens for some seconds (default: an hour). */
  link(tenant: string, file: Pick<StoredFile, 'id' | 'visibility'>, seconds?: number): string;
}

export type Visibility = 'public' | 'private';

export interface PutOptions {
  /** Which service keeps it, e.g. `report`. */
  readonly owner: string;
  readonly visibility: Visibility;
  /** The same key again gives the same file. */
  readonly key?: string | undefined;
  readonly name?: string | undefined;
}

export interface StoredFile {
  readonly id: string;
  readonly owner: string;
  readonly kind: 'image' | 'pdf';
  readonly visibility: Visibility;
  readonly name: string;
  /** Of the largest that is kept. */
  readonly bytes: number;
  /** Pixels, of images. */
  readonly width?: number;
  readonly height?: number;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
}
