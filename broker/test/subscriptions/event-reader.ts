/** An event of a `text/event-stream`. */
export interface StreamEvent {
  readonly id: string;
  readonly event: string;
  // biome-ignore lint/suspicious/noExplicitAny: what arrives is what the tests look at
  readonly data: any;
}

/** Reads one event per call. Heartbeats, of which there is one every few seconds, are left out. */
export function reader(response: Response): () => Promise<StreamEvent> {
  let chunks: ReadableStreamDefaultReader<Uint8Array> | undefined;
  const decoder = new TextDecoder();
  let text = '';
  return async () => {
    for (;;) {
      chunks ??= (response.body as ReadableStream<Uint8Array>).getReader();
      while (!text.includes('\n\n')) {
        const { value, done } = await chunks.read();
        if (done) return { id: '', event: 'end', data: undefined };
        text += decoder.decode(value, { stream: true });
      }
      const end = text.indexOf('\n\n');
      const fields = Object.fromEntries(
        text
          .slice(0, end)
          .split('\n')
          .map((line): [string, string] => [line.slice(0, line.indexOf(': ')), line.slice(line.indexOf(': ') + 2)]),
      );
      text = text.slice(end + 2);
      // A comment only keeps the connection open.
      if (fields.data !== undefined && fields.event !== 'heartbeat') {
        return { id: fields.id ?? '', event: fields.event ?? '', data: JSON.parse(fields.data) };
      }
    }
  };
}
