import type { Queryable } from '@alzette/kit/database';
import type { Geometry } from '@alzette/ngsi-ld-schemas';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Suggestions } from './contract/figures.ts';
import type { Area } from './contract/report.ts';

/** Stores photos. Each belongs to one report. */
export interface FilePort {
  put(
    tenant: string,
    bytes: Buffer,
    options: {
      readonly owner: FileOwner;
      readonly visibility: 'public' | 'private';
      readonly key?: string | undefined;
    },
  ): Promise<KeptFile>;
  /** Gives uploaded images that belong to nobody yet to a report. @returns those that it got */
  claim(tx: Queryable, tenant: string, ids: readonly string[], owner: Required<FileOwner>): Promise<string[]>;
  /** A private copy in which some areas are unrecognisable. @throws Problem 400: there is no such image */
  blur(tenant: string, id: string, areas: readonly Area[]): Promise<KeptFile>;
  attach(tenant: string, ids: readonly string[], owner: Required<FileOwner>): Promise<void>;
  setVisibility(
    tenant: string,
    ids: readonly string[],
    owner: Required<FileOwner>,
    visibility: 'public' | 'private',
  ): Promise<void>;
  /** Deletes photos of the report; ids of others are ignored. */
  remove(tenant: string, ids: readonly string[], owner: Required<FileOwner>): Promise<void>;
  /** A photo as JPEG, at most that wide. Undefined: there is none. */
  read(tenant: string, id: string, width?: 320): Promise<Buffer | undefined>;
  /** A link that opens a photo for everybody, if it is private for some seconds: only for who may see it. */
  link(
    tenant: string,
    file: { readonly id: string; readonly visibility: 'public' | 'private' },
    seconds?: number,
  ): string;
  /** The same without the host, for pages: whichever of its hosts the product was opened by shows it. */
  path(
    tenant: string,
    file: { readonly id: string; readonly visibility: 'public' | 'private' },
    seconds?: number,
  ): string;
}

interface FileOwner {
  readonly kind: string;
  readonly id?: string;
}

interface KeptFile {
  readonly id: string;
  readonly kind: 'image' | 'pdf';
  readonly visibility: 'public' | 'private';
}

/** Creates work orders. */
export interface WorkOrderPort {
  /** Creates a work order with the rights of the caller; the same id creates it once. @throws Problem: it is refused */
  make(
    by: { readonly tenant: string; readonly client: NgsiLdClient; readonly name: string },
    order: NewWorkOrder,
  ): Promise<void>;
}

export interface NewWorkOrder {
  readonly id: string;
  readonly name: string;
  readonly about: readonly string[];
  readonly location: Geometry;
  readonly scope: readonly string[];
  readonly organisation?: string;
  readonly dueDate?: string;
  readonly serviceRequests: readonly string[];
}

/** Suggests categories and duplicates, learned from other reports; undefined in tenants where it is off. */
export interface SuggestionPort {
  isOn(tenant: string): Promise<boolean>;
  /** @param about the entity of the report, for the log of suggestions; absent: there is none yet */
  suggest(
    tenant: string,
    report: SuggestedReport,
    others: readonly SuggestedReport[],
    about?: string,
  ): Promise<Omit<Suggestions, 'isOn'>>;
}

interface SuggestedReport {
  readonly id: string;
  readonly text: string;
  readonly category: string;
  readonly position: readonly [number, number];
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** Notifies devices that follow a topic. */
export interface PushPort {
  /** Durable when it resolves; the same key is sent once. */
  send(tenant: string, message: PushMessage): Promise<void>;
}

export interface PushMessage {
  readonly key: string;
  readonly topics: readonly string[];
  readonly urgency: 'low' | 'normal' | 'high' | 'emergency';
  readonly title: Texts;
  readonly text: Texts;
  /** A path within the app. */
  readonly link: string;
}

export interface Texts {
  readonly fr: string;
  readonly en?: string;
  readonly de?: string;
  readonly lb?: string;
}
