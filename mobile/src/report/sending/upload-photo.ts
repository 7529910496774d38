import { citizenReports } from '../../citizen/citizen-api.ts';

/** A photo that is to be sent. The server stores each key once. */
export interface KeptPhoto {
  readonly key: string;
  readonly blob: Blob;
}

/** @returns the tokens by which a report or an addition to it names the photos */
export async function uploadPhotos(photos: readonly KeptPhoto[]): Promise<string[]> {
  const tokens: string[] = [];
  for (const { key, blob } of photos) {
    const { token } = await citizenReports.addPhoto({
      headers: { 'content-type': blob.type || 'application/octet-stream', 'idempotency-key': key },
      body: blob,
    });
    tokens.push(token);
  }
  return tokens;
}
