/** A change in the live feed, in simplified form. */
export interface EntityEvent {
  readonly trigger: string;
  readonly entity: { readonly id: string; readonly [attribute: string]: unknown };
}

export interface Events {
  find(isWanted: (event: EntityEvent) => boolean): EntityEvent | undefined;
  close(): void;
}

/** Opens a live feed (`text/event-stream`); resolves when it is ready. */
export async function openEvents(url: string): Promise<Events> {
  const abort = new AbortController();
  const response = await fetch(url, { signal: abort.signal });
  if (!response.ok || !response.body) throw new Error(`GET ${url}: ${response.status} ${await response.text()}`);
  const events: EntityEvent[] = [];
  const ready = Promise.withResolvers<void>();
  const read = async (body: ReadableStream<Uint8Array>) => {
    let rest = '';
    for await (const text of body.pipeThrough(new TextDecoderStream())) {
      const blocks = (rest + text).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) {
        if (/^event: ready$/m.test(block)) ready.resolve();
        const data = /^data: (.*)$/m.exec(block)?.[1];
        if (data && /^event: entity$/m.test(block)) events.push(JSON.parse(data));
      }
    }
  };
  read(response.body).catch(() => ready.reject(new Error('the live feed ended')));
  await ready.promise;
  return { find: (isWanted) => events.find(isWanted), close: () => abort.abort() };
}
