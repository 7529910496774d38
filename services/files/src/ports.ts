import type { Queryable } from '@alzette/kit/database';
import type { Area } from './content/blur.ts';
import type { Width } from './content/image.ts';
import type { FileOwner, StoredFile } from './contract/contract.ts';

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
  /**
   * Gives uploaded files that belong to nobody yet to an owner, once, and keeps them permanently.
   *
   * @param tx the transaction that creates the owner
   * @returns those that it got; the others are of somebody else, or deleted
   */
  claim(tx: Queryable, tenant: string, ids: readonly string[], owner: Required<FileOwner>): Promise<string[]>;
  /** Keeps the owner's files permanently. A file that nothing is attached to is deleted after a day. */
  attach(tenant: string, ids: readonly string[], owner: Required<FileOwner>): Promise<void>;
  setVisibility(
    tenant: string,
    ids: readonly string[],
    owner: Required<FileOwner>,
    visibility: Visibility,
  ): Promise<void>;
  /**
   * Stores a private copy of an image in which some areas are unrecognisable. The same areas again return the same
   * copy.
   *
   * @throws Problem 400: there is no such image
   */
  blur(tenant: string, id: string, areas: readonly Area[]): Promise<StoredFile>;
  /** Deletes the owner's files with their bytes. Ids of other files are ignored. */
  remove(tenant: string, ids: readonly string[], owner: Required<FileOwner>): Promise<void>;
  /**
   * The largest stored form of a file, a JPEG or a PDF; of an image with a width, the JPEG of that size. Only for who may
   * see the file. Undefined: there is none.
   */
  read(tenant: string, id: string, width?: Width): Promise<Buffer | undefined>;
  /**
   * The URL of a public file; for a private file a link that opens it for everybody and expires after some seconds
   * (default: an hour). Only for who may see the file.
   */
  link(tenant: string, file: Pick<StoredFile, 'id' | 'visibility'>, seconds?: number): string;
  /** The same without the host, for pages: whichever of its hosts the product was opened by shows it. */
  path(tenant: string, file: Pick<StoredFile, 'id' | 'visibility'>, seconds?: number): string;
}

export type Visibility = StoredFile['visibility'];

export interface PutOptions {
  readonly owner: FileOwner;
  readonly visibility: Visibility;
  /** The same key again returns the same file. */
  readonly key?: string | undefined;
  readonly name?: string | undefined;
}
