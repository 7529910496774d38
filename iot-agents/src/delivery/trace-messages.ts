import { beginSpan, currentTrace, newRequestId, withTrace } from '@alzette/kit/tracing';
import type { Receive } from '../frames/message-ports.ts';

/** Gives each message of a device a request id, or that of the HTTP request by which it came. */
export function traceMessages(receive: Receive): Receive {
  return (topic, body) => {
    const came = currentTrace() ?? { id: newRequestId() };
    const span = beginSpan(came);
    const received = withTrace(span?.trace ?? came, () => receive(topic, body));
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
