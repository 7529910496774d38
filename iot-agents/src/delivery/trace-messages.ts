import { beginSpan, currentTrace, newRequestId, type RequestTrace } from '@alzette/kit/tracing';
import type { Receive, Received } from '../frames/message-ports.ts';

/** Stores a message, with the trace it belongs to: passed on, because entering it takes longer. */
export type ReceiveTraced = (
  topic: string,
  body: Uint8Array,
  trace: RequestTrace,
  received?: Received,
) => Promise<void>;

/** Gives each message of a device a request id, or that of the HTTP request by which it came. */
export function traceMessages(receive: ReceiveTraced): Receive {
  return (topic, body, before) => {
    const came = currentTrace() ?? { id: newRequestId() };
    const span = beginSpan(came);
    const received = receive(topic, body, span?.trace ?? came, before);
    if (span === undefined) return received;
    const about = () => ({ 'messaging.message.body.size': body.length });
    return received.then(
      () => span.end('device message', 'consumer', about),
      (cause: unknown) => {
        span.end('device message', 'consumer', about, String(cause));
        throw cause;
      },
    );
  };
}
