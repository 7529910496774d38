import {
  Client,
  type OAuthClientProvider,
  type OAuthTokens,
  StreamableHTTPClientTransport,
  UnauthorizedError,
} from '@modelcontextprotocol/client';
import { formAction, hiddenFields, newVisitor } from '../../../identity/test/support/visitor.ts';

/** The answer of a tool: its text, and the request that it made. */
export interface ToolAnswer {
  readonly isError: boolean;
  readonly text: string;
  readonly about: { readonly request?: string; readonly count?: number; readonly cut?: string };
}

/** A client of `/mcp` by the official library. */
export interface Assistant {
  readonly client: Client;
  call(name: string, input?: object): Promise<ToolAnswer>;
  close(): Promise<void>;
}

/** @param headers a token or a key, and the tenant */
export async function connectAssistant(url: string, headers: Readonly<Record<string, string>>): Promise<Assistant> {
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { requestInit: { headers } }));
  return assistantOf(client);
}

function assistantOf(client: Client): Assistant {
  return {
    client,
    async call(name, input = {}) {
      const { content, isError } = await client.callTool({ name, arguments: { ...input } });
      const texts = content.map((each) => (each.type === 'text' ? each.text : ''));
      return { isError: isError === true, text: texts[0] ?? '', about: JSON.parse(texts[1] ?? '{}') };
    },
    close: () => client.close(),
  };
}

interface Consent {
  readonly clientId: string;
  readonly redirect: string;
  readonly name: string;
  readonly password: string;
}

/**
 * Connects like a user's program without a token: the library finds the issuer by the refusal, and the user signs in
 * and consents in a browser.
 */
export async function connectByConsent(
  url: string,
  { clientId, redirect, name, password }: Consent,
): Promise<{ readonly assistant: Assistant; readonly tokens: OAuthTokens; readonly asked: URL }> {
  const kept: { tokens?: OAuthTokens; verifier?: string; asked?: URL; back?: URL } = {};
  const authProvider: OAuthClientProvider = {
    redirectUrl: redirect,
    clientMetadata: { redirect_uris: [redirect], client_name: clientId },
    clientInformation: () => ({ client_id: clientId }),
    tokens: () => kept.tokens,
    saveTokens(tokens) {
      kept.tokens = tokens;
    },
    saveCodeVerifier(verifier) {
      kept.verifier = verifier;
    },
    codeVerifier: () => kept.verifier ?? '',
    async redirectToAuthorization(to) {
      kept.asked = to;
      const visitor = newVisitor();
      let visit = await visitor.goTo(to.href, redirect);
      visit = await visitor.submit(formAction(visit, '/password'), { name, password }, redirect);
      visit = await visitor.submit(formAction(visit, '/consent'), hiddenFields(visit), redirect);
      kept.back = new URL(visit.url);
    },
  };
  const transport = () => new StreamableHTTPClientTransport(new URL(`${url}/mcp`), { authProvider });
  const first = transport();
  try {
    await new Client({ name: 'test', version: '1' }).connect(first);
    throw new Error('it was let in without a token');
  } catch (error) {
    if (!(error instanceof UnauthorizedError) || kept.back === undefined) throw error;
    await first.finishAuth(kept.back.searchParams);
    await first.close();
  }
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport());
  return { assistant: assistantOf(client), tokens: kept.tokens as OAuthTokens, asked: kept.asked as URL };
}
