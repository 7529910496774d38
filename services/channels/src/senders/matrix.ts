import { inLanguage } from '@alzette/kit/languages';
import type { HttpMessage } from './http-exchange.ts';
import type { Outgoing } from './sender.ts';

/** A message to a Matrix room (client-server API v3). The transaction id prevents duplicates. */
export function matrixMessage(
  { homeserver, room }: { readonly homeserver: string; readonly room: string },
  accessToken: string,
  { id, content, language }: Outgoing,
): HttpMessage {
  const [title, text] = [inLanguage(content.title, language), inLanguage(content.text, language)];
  const path = `/_matrix/client/v3/rooms/${encodeURIComponent(room)}/send/m.room.message/${encodeURIComponent(id)}`;
  return {
    method: 'PUT',
    url: new URL(path, homeserver).href,
    headers: { authorization: `Bearer ${accessToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ msgtype: 'm.text', body: `${title}\n${text}\n${content.link}` }),
  };
}
