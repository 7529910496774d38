import { createServer } from 'node:http';
import type { TestContext } from 'node:test';
import Provider, { type ClientMetadata } from 'oidc-provider';
import { unguardedFetch } from '../../src/provider/provider.ts';
import { freePort } from './identity.ts';

/** The claims of a user at the external provider. */
export type Person = { readonly sub: string; readonly [claim: string]: unknown };

/** An external OpenID provider with one client and users without passwords. */
export interface ExternalIssuer {
  readonly url: string;
  /** Sets the claims of a user. */
  person(person: Person): void;
  /** The parameters of the last authorization request. */
  asked(): Readonly<Record<string, unknown>>;
}

const SECRET = 'of the client at the other issuer';

/** @param ours our URL, and the name of the provider in our configuration; @param like how a certain provider registers us */
export async function startExternalIssuer(
  t: Pick<TestContext, 'after'>,
  ours: { readonly url: string; readonly name: string },
  like: Partial<ClientMetadata> = {},
): Promise<ExternalIssuer & { readonly client: { readonly clientId: string; readonly clientSecret: string } }> {
  const people = new Map<string, Person>();
  const port = await freePort();
  const url = `http://localhost:${port}`;
  const back = `${ours.url}/oidc/with/${ours.name}`;
  const client: ClientMetadata = {
    client_id: 'alzette',
    client_secret: SECRET,
    redirect_uris: [back],
    post_logout_redirect_uris: [`${back}/out`],
    backchannel_logout_uri: `${back}/backchannel`,
    token_endpoint_auth_method: 'client_secret_post',
    ...like,
  };
  const provider = new Provider(url, {
    clients: [client],
    claims: {
      openid: ['sub', 'acr', 'amr'],
      profile: ['preferred_username', 'given_name', 'groups'],
      email: ['email', 'email_verified'],
      // A scope for each claim, as FranceConnect and ProConnect have.
      given_name: ['given_name'],
      family_name: ['family_name'],
      birthdate: ['birthdate'],
      usual_name: ['usual_name'],
      siret: ['siret'],
    },
    features: {
      devInteractions: { enabled: false },
      backchannelLogout: { enabled: true },
      jwtUserinfo: { enabled: true },
    },
    fetch: unguardedFetch,
    ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    interactions: { url: (_ctx, { uid }) => `/login/${uid}` },
    cookies: { keys: ['of the other issuer'] },
    findAccount: (_ctx, sub) => ({ accountId: sub, claims: async () => people.get(sub) ?? { sub } }),
  });
  let asked: Readonly<Record<string, unknown>> = {};
  const answer = provider.callback();
  const server = createServer(async (request, response) => {
    if (!request.url?.startsWith('/login/')) return answer(request, response);
    const { prompt, params, session } = await provider.interactionDetails(request, response);
    asked = params;
    if (prompt.name === 'login' && request.method === 'GET') {
      response.setHeader('content-type', 'text/html; charset=utf-8');
      return response.end(`<!doctype html><html lang="en"><title>Elsewhere</title><h1>Elsewhere</h1>
        <form method="post" action="${request.url}"><label>Who <input name="who"></label><button>Go on</button></form>`);
    }
    if (prompt.name === 'login') {
      let body = '';
      for await (const chunk of request) body += chunk;
      const accountId = new URLSearchParams(body).get('who') ?? '';
      const acr = people.get(accountId)?.acr;
      const login = { accountId, ...(typeof acr === 'string' && { acr }) };
      return provider.interactionFinished(request, response, { login });
    }
    const grant = new provider.Grant({ accountId: session?.accountId as string, clientId: String(params.client_id) });
    grant.addOIDCScope(String(params.scope));
    return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  return {
    url,
    client: { clientId: 'alzette', clientSecret: SECRET },
    person: (person) => void people.set(person.sub, person),
    asked: () => asked,
  };
}
