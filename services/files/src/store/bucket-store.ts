import { S3mini } from 's3mini';
import type { FileStore } from './store.ts';

export interface BucketSettings {
  /** URL of the bucket, e.g. `https://s3.example.org/alzette`. */
  readonly url: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
}

/** A bucket of any store that speaks S3. */
export function bucketStore({ url, accessKey, secretKey, region }: BucketSettings): FileStore {
  const bucket = new S3mini({ endpoint: url, accessKeyId: accessKey, secretAccessKey: secretKey, region });
  return {
    async write(name, bytes, type) {
      const answer = await bucket.putObject(name, bytes, type);
      if (!answer.ok) throw new Error(`the bucket answered ${answer.status} to a write of ${name}`);
    },
    async read(name) {
      const bytes = await bucket.getObjectArrayBuffer(name);
      return bytes === null ? undefined : Buffer.from(bytes);
    },
    async remove(names) {
      for (const name of names) await bucket.deleteObject(name);
    },
  };
}
