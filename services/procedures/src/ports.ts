import type { Queryable } from '@alzette/kit/database';
import type { LanguageMap } from '@alzette/kit/languages';
import type { Geometry } from '@alzette/ngsi-ld-schemas';
import type { NgsiLdClient } from '@alzette/ngsi-ld-schemas/client';
import type { Vouched } from './contract/account.ts';

/** Tells what OpenID providers vouch for. */
export interface VouchedPort {
  /** @param person of a caller. Undefined: no provider vouches for them */
  of(person: string): Promise<Vouched | undefined>;
}

/** Stores files. Each belongs to one dossier. */
export interface FilePort {
  put(
    tenant: string,
    bytes: Buffer,
    options: {
      readonly owner: FileOwner;
      readonly visibility: 'public' | 'private';
      readonly key?: string | undefined;
    },
  ): Promise<{ readonly id: string }>;
  /** Gives uploaded files that belong to nobody yet to a dossier. @returns those that it got */
  claim(tx: Queryable, tenant: string, ids: readonly string[], owner: Required<FileOwner>): Promise<string[]>;
  /** Deletes files of the dossier; ids of others are ignored. */
  remove(tenant: string, ids: readonly string[], owner: Required<FileOwner>): Promise<void>;
  /** Its bytes: a JPEG or a PDF. Undefined: there is none. Only for who may see it. */
  read(tenant: string, id: string): Promise<Buffer | undefined>;
  /** A path that opens a private file for everybody for some seconds: only for who may see it. */
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

/** In whose name something is done on the territory: with their rights, at that time. */
export interface DoneBy {
  readonly tenant: string;
  readonly client: NgsiLdClient;
  /** In the audit. */
  readonly name: string;
  /** A result of `authorOf`. */
  readonly author: object | null;
  /** The person behind them; null: there is none. */
  readonly person: string | null;
}

/** Creates work orders. */
export interface WorkOrderPort {
  /** The same id creates it once. @throws Problem: it is refused */
  make(
    by: Pick<DoneBy, 'tenant' | 'client' | 'name'>,
    order: {
      readonly id: string;
      readonly name: string;
      readonly about: readonly string[];
      readonly location: Geometry;
      readonly scope: readonly string[];
      readonly dueDate?: string;
      readonly serviceRequests: readonly string[];
    },
  ): Promise<void>;
}

/** Lights an area at another level for some hours of one night, and ends that by itself. */
export interface LightExceptionPort {
  /** The same id plans it once. @returns the entity or id of what was planned. @throws Problem: it is refused */
  plan(
    by: DoneBy,
    exception: {
      readonly id: string;
      readonly area: Geometry;
      readonly from: string;
      readonly until: string;
      readonly level: number;
      readonly reason: string;
    },
  ): Promise<string>;
}

/** Adds a stop to a waste collection. */
export interface CollectionStopPort {
  /** The same id adds it once. @returns its entity. @throws Problem: it is refused */
  add(
    by: DoneBy,
    stop: {
      readonly id: string;
      readonly name: string;
      readonly kind: string;
      readonly location: Geometry;
      readonly scope: readonly string[];
      readonly day: string;
      readonly volume?: number;
      readonly serviceCase: string;
    },
  ): Promise<string>;
}

/** Notifies devices that follow a topic. */
export interface PushPort {
  /** Durable when it resolves; the same key is sent once. */
  send(
    tenant: string,
    message: {
      readonly key: string;
      readonly topics: readonly string[];
      readonly urgency: 'low' | 'normal' | 'high' | 'emergency';
      readonly title: LanguageMap;
      readonly text: LanguageMap;
      /** A path within the app. */
      readonly link: string;
    },
  ): Promise<void>;
}
