import { type Address, exchange } from './exchange.ts';
import type { Scanner } from './scanner.ts';

/** An ICAP server (RFC 3507): RESPMOD with the bytes as the body of a response that the server accepts or replaces. */
export function icap({ service, ...address }: Address & { readonly service: string }): Scanner {
  return {
    async scan(bytes) {
      const request = 'GET /file HTTP/1.1\r\nHost: alzette\r\n\r\n';
      const answer = `HTTP/1.1 200 OK\r\nContent-Length: ${bytes.length}\r\n\r\n`;
      const places = `req-hdr=0, res-hdr=${request.length}, res-body=${request.length + answer.length}`;
      const head = [
        `RESPMOD icap://${address.host}:${address.port}${service} ICAP/1.0`,
        `Host: ${address.host}`,
        'Allow: 204',
        'Connection: close',
        `Encapsulated: ${places}`,
      ];
      const text = await exchange(
        address,
        [`${head.join('\r\n')}\r\n\r\n${request}${answer}${bytes.length.toString(16)}\r\n`, bytes, '\r\n0\r\n\r\n'],
        (got) => got.includes('\r\n\r\n'),
      );
      return verdictOf(text);
    },
  };
}

/** 204: no virus. 200 with a replaced response: the virus that X-Infection-Found or X-Virus-ID names. */
function verdictOf(answer: string): string | undefined {
  const status = /^ICAP\/1\.\d (\d{3})/.exec(answer)?.[1];
  if (status === '204') return undefined;
  const [headers = ''] = answer.split('\r\n\r\n');
  const found =
    /^X-Infection-Found:.*?Threat=([^;\r\n]+)/im.exec(headers) ?? /^X-Virus-ID: *([^\r\n]+)/im.exec(headers);
  if (status === '200' || status === '403') return found?.[1]?.trim() ?? 'what the server does not let pass';
  throw new Error(`the ICAP server answered ${JSON.stringify(answer.slice(0, 60))}`);
}
