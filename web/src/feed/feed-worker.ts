/** Runs as one shared worker for all tabs of the browser. */
import { FeedHub } from './feed-hub.ts';

const hub = new FeedHub();
globalThis.addEventListener('connect', (event) => {
  const [port] = (event as MessageEvent).ports;
  if (port) hub.join(port);
});
