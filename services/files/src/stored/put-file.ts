import { randomBytes } from 'node:crypto';
import { denied, refused } from '@alzette/kit/problems';
import { masterOf } from '../content/image.ts';
import { INSPECTION } from '../content/inspection-task.ts';
import type { Recognised } from '../content/recognise.ts';
import { unsuitable } from '../content/unsuitable.ts';
import { MAX_UPLOAD_BYTES } from '../contract/contract.ts';
import type { FileParts } from '../parts.ts';
import type { PutOptions } from '../ports.ts';
import { beginFile, bytesOf, type FileRow, findByKey, markStored, type NewFile, sentAgain } from './file-rows.ts';
import { MASTER, storeName } from './names.ts';

const MAX_PDF_BYTES = 10 * 1024 * 1024;

/**
 * Stores a file: its row first, then its bytes, then the confirmation in the row. A repeated call with the same key
 * returns the file, or finishes it after a crash.
 */
export async function putFile(
  parts: FileParts,
  tenant: string,
  bytes: Buffer,
  options: PutOptions,
): Promise<{ readonly file: FileRow; readonly isNew: boolean }> {
  const { owner, key } = options;
  if (bytes.length > MAX_UPLOAD_BYTES) throw tooLarge(bytes.length, MAX_UPLOAD_BYTES);
  const { digest, ...recognised } = await parts.compute.run(INSPECTION, bytes, { tenant });
  const known = key === undefined ? undefined : await findByKey(parts.db, tenant, owner.kind, key);
  if (known !== undefined) checkSame(known, digest, key);
  if (known?.isStored) {
    if (!known.isAttached) await sentAgain(parts.db, tenant, known.id);
    return { file: known, isNew: false };
  }

  const { content, ...described } = await readContent(parts, bytes, recognised);
  const file: NewFile = {
    id: known?.id ?? randomBytes(16).toString('hex'),
    owner,
    key,
    digest,
    visibility: options.visibility,
    name: options.name ?? described.kind,
    ...described,
  };
  if (known === undefined) await checkQuota(parts, tenant, file.bytes);
  const begun =
    known ?? (await beginFile(parts.db, tenant, file)) ?? (await findByKey(parts.db, tenant, owner.kind, key ?? ''));
  if (begun === undefined) throw new Error(`file ${file.id} was neither created nor found`);
  checkSame(begun, digest, key);
  await parts.store.write(storeName(tenant, begun.id, MASTER), content, typeOf(described.kind));
  const stored = await markStored(parts.db, tenant, begun.id);
  if (stored === undefined) throw new Error(`file ${begun.id} was deleted while it was written`);
  return { file: stored, isNew: true };
}

/** Two uploads at the same time may together exceed it by one of them. */
async function checkQuota({ db, shares }: FileParts, tenant: string, bytes: number): Promise<void> {
  const most = shares.mostFileBytes(tenant);
  if (most === undefined) return;
  const all = (await bytesOf(db, tenant)) + bytes;
  if (all > most) throw denied(`fileBytes: got ${all} bytes with this file, expected at most ${most}, the quota`);
}

export function typeOf(kind: 'image' | 'pdf'): string {
  return kind === 'pdf' ? 'application/pdf' : 'image/jpeg';
}

function checkSame(known: FileRow, digest: string, key: string | undefined): void {
  if (known.digest !== digest) throw refused('Idempotency-Key', key, 'a key that was not used for another file', 409);
}

async function readContent({ antivirus, slots }: FileParts, bytes: Buffer, recognised: Recognised) {
  if ('got' in recognised) throw unsuitable(recognised.got, recognised.expected, recognised.status);
  const { format } = recognised;
  if (format === 'pdf' && bytes.length > MAX_PDF_BYTES) throw tooLarge(bytes.length, MAX_PDF_BYTES);
  const virus = await antivirus.scan(bytes);
  if (virus !== undefined) throw unsuitable(`a virus (${virus})`, 'a file without one');
  if (format === 'pdf') return { kind: 'pdf' as const, content: bytes, bytes: bytes.length };
  const { bytes: content, width, height } = await slots.run(() => masterOf(bytes));
  return { kind: 'image' as const, content, bytes: content.length, width, height };
}

function tooLarge(got: number, most: number) {
  return unsuitable(`${got} bytes`, `at most ${most}`, 413);
}
