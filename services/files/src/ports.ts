import type { Area } from './content/blur.ts';

/** The port through which other services store photos and documents. */
export interface FilePort {
  /**
   * Checks bytes by their content (size, type, viruses), rotates and resizes images, removes their metadata, and stores
   * them. Durable when it resolves.
   *
   * @throws Problem 413: too large; 415: another type; 400: unreadable or refused; 503: the antivirus is down
   */
  put(tenant: string, bytes: Buffer, options: PutOptions): Promise<StoredFile>;
  /** The existing files, in the given order. */
  find(tenant: string, ids: readonly string[]): Promise<StoredFile[]>;
  /** Keeps the files permanently. A file that nothing is attached to is deleted after a day. */
  attach(tenant: string, ids: readonly string[]): Promise<void>;
  setVisibility(tenant: string, ids: readonly string[], visibility: Visibility): Promise<void>;
  /**
   * Stores a private copy of an image in which some areas are unrecognisable. The same areas again return the same
   * copy.
   *
   * @throws Problem 400: there is no such image
   */
  blur(tenant: string, id: string, areas: readonly Area[]): Promise<StoredFile>;
  /** Deletes files with their bytes. Ids of missing files are ignored. */
  remove(tenant: string, ids: readonly string[]): Promise<void>;
  /** The URL of a public file; for a private file a link that expires after some seconds (default: an hour). */
  link(tenant: string, file: Pick<StoredFile, 'id' | 'visibility'>, seconds?: number): string;
}

export type Visibility = 'public' | 'private';

export interface PutOptions {
  /** The service that owns the file, e.g. `report`. */
  readonly owner: string;
  readonly visibility: Visibility;
  /** The same key again returns the same file. */
  readonly key?: string | undefined;
  readonly name?: string | undefined;
}

export interface StoredFile {
  readonly id: string;
  readonly owner: string;
  readonly kind: 'image' | 'pdf';
  readonly visibility: Visibility;
  readonly name: string;
  /** Bytes of the largest stored form. */
  readonly bytes: number;
  /** Pixels, of images. */
  readonly width?: number;
  readonly height?: number;
  /** ISO 8601 UTC. */
  readonly createdAt: string;
}
