import { S3mini } from 's3mini';
import type { BackupTarget, TargetSettings } from './target.ts';

/** S3 accepts up to 10,000 parts of at least 5 MiB: 320 GB with this size. */
const PART_BYTES = 32 * 1024 * 1024;
const TYPE = 'application/octet-stream';

/** A bucket of any S3-compatible store, optionally only the objects under a prefix. */
export function bucketTarget(settings: Extract<TargetSettings, { kind: 'bucket' }>): BackupTarget {
  const { origin, pathname } = new URL(settings.url);
  const [name = '', ...path] = pathname.split('/').filter((part) => part !== '');
  const prefix = path.map((part) => `${decodeURIComponent(part)}/`).join('');
  const { accessKey: accessKeyId, secretKey: secretAccessKey, region } = settings;
  const bucket = new S3mini({ endpoint: `${origin}/${name}`, accessKeyId, secretAccessKey, region });

  return {
    async write(name, source) {
      const parts = partsOf(source);
      const { bytes, isLast } = await nextOf(parts);
      if (isLast) await put(bucket, prefix + name, bytes);
      else await putInParts(bucket, prefix + name, bytes, parts);
    },
    async read(name) {
      const answer = await bucket.getObjectResponse(prefix + name);
      return answer?.body ?? undefined;
    },
    async list() {
      const objects = (await bucket.listObjects('/', prefix, undefined, { delimiter: '/' })) ?? [];
      const names = objects.map(({ Key }) => Key.slice(prefix.length));
      return names.filter((each) => each !== '' && !each.includes('/'));
    },
    async remove(names) {
      for (const each of names) await bucket.deleteObject(prefix + each);
    },
    /** Parts are no objects, and are removed by the bucket's rule on unfinished uploads. */
    async removeUnfinished() {},
    async close() {},
  };
}

async function put(bucket: S3mini, key: string, bytes: Buffer): Promise<void> {
  const answer = await bucket.putObject(key, bytes, TYPE);
  if (!answer.ok) throw new Error(`the bucket answered ${answer.status} to a write of ${key}`);
}

async function putInParts(bucket: S3mini, key: string, first: Buffer, parts: AsyncGenerator<Part>): Promise<void> {
  const upload = await bucket.getMultipartUploadId(key, TYPE);
  try {
    const done = [await bucket.uploadPart(key, upload, first, 1)];
    for await (const { bytes } of parts) done.push(await bucket.uploadPart(key, upload, bytes, done.length + 1));
    await bucket.completeMultipartUpload(key, upload, done);
  } catch (error) {
    await bucket.abortMultipartUpload(key, upload).catch(() => undefined);
    throw error;
  }
}

interface Part {
  readonly bytes: Buffer;
  readonly isLast: boolean;
}

async function* partsOf(source: AsyncIterable<Uint8Array>): AsyncGenerator<Part> {
  let held: Uint8Array[] = [];
  let length = 0;
  for await (const piece of source) {
    if (length + piece.length > PART_BYTES) {
      yield { bytes: Buffer.concat(held), isLast: false };
      held = [];
      length = 0;
    }
    held.push(piece);
    length += piece.length;
  }
  yield { bytes: Buffer.concat(held), isLast: true };
}

async function nextOf(parts: AsyncGenerator<Part>): Promise<Part> {
  const { value } = await parts.next();
  return value as Part; // there is always a last part
}
