import type { FileContract } from '@alzette/files/contract';
import { FILES } from '@alzette/files/paths';
import type { Entity } from '@alzette/ngsi-ld-schemas';
import { service } from '../../broker/service.ts';
import { readAttribute } from '../../entities/attribute.ts';

export const files = service<FileContract>(FILES);

/** A photo or document of equipment: `/files` stores it, and the entity refers to it. */
export interface Attachment {
  readonly id: string;
  readonly url: string;
  readonly name: string;
  readonly kind: 'image' | 'pdf';
  /** ISO 8601. */
  readonly addedAt: string;
}

/** The attribute with the attachments, a list of objects. */
export const ATTACHMENTS = 'attachments';
export const ATTACHMENT_TYPES = 'image/*,application/pdf';

/** The attachments of an entity; members of another format are ignored. */
export function attachmentsOf(entity: Entity): Attachment[] {
  const { value } = readAttribute(entity[ATTACHMENTS]);
  return [value].flat().flatMap((each) => (isAttachment(each) ? [each] : []));
}

function isAttachment(value: unknown): value is Attachment {
  const { id, url, name, kind } = (value ?? {}) as Partial<Attachment>;
  const isOurs = typeof url === 'string' && /\/files\/[0-9a-f]+$/.test(url);
  return isOurs && typeof id === 'string' && typeof name === 'string' && (kind === 'image' || kind === 'pdf');
}

export function fragmentWith(attachments: readonly Attachment[]): Record<string, unknown> {
  const value = attachments.length === 0 ? 'urn:ngsi-ld:null' : attachments;
  return { [ATTACHMENTS]: { type: 'Property', value } };
}

/** Uploads a file of an entity. Everybody with its address can open it. */
export async function keepFile(entity: string, file: File): Promise<Attachment> {
  const kept = await files.add({
    query: { entity, visibility: 'public', name: file.name.slice(0, 100) },
    body: file,
    headers: { 'content-type': file.type || 'application/octet-stream' },
  });
  return { id: kept.id, url: kept.url, name: file.name, kind: kept.kind, addedAt: kept.createdAt };
}
