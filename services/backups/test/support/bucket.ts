import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TestContext } from 'node:test';

/** A minimal S3 server: objects, multipart uploads and lists. */
export async function startBucket(t: TestContext) {
  const objects = new Map<string, Buffer>();
  const uploads = new Map<string, Buffer[]>();
  let parts = 0;
  const server = createServer(async (request, response) => {
    const bytes = await bodyOf(request);
    const { pathname, searchParams: query } = new URL(request.url ?? '', 'http://bucket');
    const key = decodeURIComponent(pathname.replace(/^\/bucket\/?/, ''));
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    const answer = (status: number, body?: string | Buffer) => {
      response.writeHead(status, { etag, 'content-type': typeof body === 'string' ? 'application/xml' : 'x/y' });
      response.end(body);
    };
    if (!/^AWS4-HMAC-SHA256 Credential=key\//.test(request.headers.authorization ?? '')) return answer(403);
    const upload = query.get('uploadId');
    if (request.method === 'POST' && query.has('uploads')) {
      const id = `upload-${uploads.size}`;
      uploads.set(id, []);
      return answer(200, xml('InitiateMultipartUploadResult', `<Key>${key}</Key><UploadId>${id}</UploadId>`));
    }
    if (request.method === 'PUT' && upload !== null) {
      const held = uploads.get(upload);
      if (held) held[Number(query.get('partNumber')) - 1] = bytes;
      parts += 1;
      return answer(200);
    }
    if (request.method === 'POST' && upload !== null) {
      objects.set(key, Buffer.concat(uploads.get(upload) ?? []));
      uploads.delete(upload);
      return answer(200, xml('CompleteMultipartUploadResult', `<Key>${key}</Key><ETag>${etag}</ETag>`));
    }
    if (request.method === 'PUT') {
      objects.set(key, bytes);
      return answer(200);
    }
    if (request.method === 'DELETE') {
      objects.delete(key);
      return answer(204);
    }
    if (key !== '') {
      const found = objects.get(key);
      return found === undefined ? answer(404) : answer(200, found);
    }
    const prefix = query.get('prefix') ?? '';
    const names = [...objects.keys()].filter((name) => name.startsWith(prefix));
    const listed = names
      .filter((name) => query.get('delimiter') !== '/' || !name.slice(prefix.length).includes('/'))
      .map((name) => `<Contents><Key>${name}</Key><Size>${objects.get(name)?.length}</Size></Contents>`);
    return answer(200, xml('ListBucketResult', `<IsTruncated>false</IsTruncated>${listed.join('')}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const { port } = server.address() as AddressInfo; // listening on TCP
  return { url: `http://127.0.0.1:${port}/bucket`, objects, parts: () => parts };
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function xml(name: string, content: string): string {
  return `<?xml version="1.0" encoding="UTF-8"?><${name}>${content}</${name}>`;
}
