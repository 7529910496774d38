import type { FastifyInstance } from 'fastify';
import { readAccountChange, readNewAccount } from './administration/account-document.ts';
import { readGroup, readOrganisation, readRole } from './administration/catalogue-routes.ts';
import { readClient } from './administration/client-routes.ts';
import { readDirectory, readProvider } from './administration/federation-routes.ts';
import { readEntry, readRetention, readRotation } from './administration/settings-routes.ts';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** It makes a credential that lasts: asked for by a token, that of a user who has signed in just now. */
    recentSignIn?: boolean;
    /** What the route says of itself where the application tells of all its routes. */
    openapi?: {
      readonly summary: string;
      readonly query?: { readonly [name: string]: { readonly [keyword: string]: unknown } };
      readonly body?: { readonly [keyword: string]: unknown };
      readonly answer?: { readonly [keyword: string]: unknown };
    };
  }
}

type Description = NonNullable<import('fastify').FastifyContextConfig['openapi']>;

const object = (properties: object) => ({ type: 'object', properties, required: Object.keys(properties) });
const list = (name: string) => object({ [name]: { type: 'array', items: { type: 'object' } } });
const text = { type: 'string' };
const LIMIT = { type: 'integer', minimum: 1, maximum: 1000, default: 100 };

const ADMINISTRATION: { readonly [operation: string]: Description } = {
  'GET /users': {
    summary: 'Accounts, by name',
    query: { search: { ...text, description: 'A part of names or addresses' }, after: text, limit: LIMIT },
    answer: list('users'),
  },
  'POST /users': { summary: 'Makes an account; `invite` sends a letter', body: readNewAccount.schema },
  'GET /users/:id': { summary: 'One account' },
  'PATCH /users/:id': { summary: 'Changes an account; null takes a member away', body: readAccountChange.schema },
  'DELETE /users/:id': { summary: 'Erases an account and what is known of the person' },
  'GET /users/:id/export': { summary: 'All that is known of the person' },
  'DELETE /users/:id/sessions': { summary: 'Signs the user out everywhere' },
  'POST /users/:id/reset-link': {
    summary: 'A link to choose a password with, for who has no e-mail',
    answer: object({ link: text }),
  },
  'DELETE /users/:id/totp': { summary: 'Takes a lost second factor away: another is enrolled at the next sign-in' },
  'DELETE /users/:id/passkeys': { summary: 'Takes lost passkeys away, all of them' },
  'POST /users/import': {
    summary: 'Makes or changes an account for each line of a CSV file (text/csv)',
    query: { dryRun: { type: 'boolean', description: 'Only says what would be done' } },
    answer: object({ created: LIMIT, updated: LIMIT, refused: { type: 'array' } }),
  },
  'GET /organisations': {
    summary: 'Organisations: the intercommunality, communes, contractors',
    answer: list('organisations'),
  },
  'PUT /organisations/:id': { summary: 'Makes or replaces an organisation', body: readOrganisation.schema },
  'DELETE /organisations/:id': { summary: 'Deletes an organisation that has nobody' },
  'GET /groups': { summary: 'Groups and the roles that their members have', answer: list('groups') },
  'PUT /groups/:id': { summary: 'Makes or replaces a group', body: readGroup.schema },
  'DELETE /groups/:id': { summary: 'Deletes a group; its members lose the roles' },
  'GET /roles': { summary: 'Roles, which policies speak of', answer: list('roles') },
  'PUT /roles/:id': { summary: 'Makes or describes a role', body: readRole.schema },
  'DELETE /roles/:id': { summary: 'Deletes a role; who had it has it no more' },
  'GET /clients': { summary: 'Programs that sign users in, or themselves', answer: list('clients') },
  'PUT /clients/:id': { summary: 'Makes or replaces a client; a secret is told once', body: readClient.schema },
  'POST /clients/:id/secret': { summary: 'Another secret, told once', answer: object({ secret: text }) },
  'DELETE /clients/:id': { summary: 'Deletes a client; its tokens count no more' },
  'GET /providers': { summary: 'OpenID providers of others that sign users in', answer: list('providers') },
  'PUT /providers/:name': { summary: 'Offers an OpenID provider on the sign-in page', body: readProvider.schema },
  'DELETE /providers/:name': { summary: 'Offers it no more' },
  'GET /directories': { summary: 'LDAP directories whose users sign in', answer: list('directories') },
  'PUT /directories/:name': { summary: 'Lets the users of an LDAP directory sign in', body: readDirectory.schema },
  'DELETE /directories/:name': { summary: 'Lets them no more' },
  'POST /directories/:name/sync': { summary: 'Follows the directory now; also done every hour' },
  'POST /keys/rotate': {
    summary: 'Signs tokens with a new key; `atOnce`: those of the old one count no more',
    body: readRotation.schema,
    answer: object({ kid: text }),
  },
  'GET /events': {
    summary: 'Sign-ins and changes of accounts, the latest first',
    query: { before: { type: 'integer', description: 'The id of an event' }, limit: LIMIT },
    answer: list('events'),
  },
  'GET /retention': { summary: 'For how many days what is kept' },
  'PATCH /retention': { summary: 'Changes for how many days what is kept', body: readRetention.schema },
  'GET /processing': { summary: 'The register of processing of personal data', answer: list('processing') },
  'PUT /processing/:id': { summary: 'Adds or replaces an entry of the register', body: readEntry.schema },
  'DELETE /processing/:id': { summary: 'Takes an added entry out, or restores the one that comes with the product' },
};

/** Pages and their forms: for browsers. */
const PAGES: { readonly [operation: string]: string } = {
  'GET /sign-in': 'Whether one has to sign in, and where',
  'GET /language/:code': 'Switches the language of pages',
  'GET /interaction/:uid': 'The page of a sign-in: password, second factor, consent',
  'POST /interaction/:uid/password': 'Form: name and password',
  'POST /interaction/:uid/code': 'Form: the code of a second factor',
  'POST /interaction/:uid/enrol': 'Form: enrols a second factor',
  'POST /interaction/:uid/new-password': 'Form: a password in place of the first one',
  'POST /interaction/:uid/passkey/options': 'What a browser asks a passkey for',
  'POST /interaction/:uid/passkey': 'Signs in by a passkey',
  'POST /interaction/:uid/consent': 'Form: allows a program',
  'POST /interaction/:uid/abort': 'Form: gives a sign-in up',
  'GET /interaction/:uid/with/:name': 'Leads to another provider to sign in there',
  'GET /interaction/:uid/back/:name': 'Takes its answer',
  'GET /with/:name': 'The return address at another provider',
  'GET /with/:name/out': 'The address after a sign-out there',
  'POST /with/:name/backchannel': 'Is told by another provider of a sign-out (OpenID Connect Back-Channel Logout)',
  'GET /reset': 'The page to ask for a new password',
  'POST /reset': 'Form: sends a link to choose a password with',
  'GET /reset/:token': 'The page that such a link leads to',
  'POST /reset/:token': 'Form: sets the password',
  'GET /verify/:token': 'Proves an e-mail address',
  'GET /account': 'The page of one’s own account',
  'GET /account/again': 'Leads to sign in again, before ways to sign in are changed',
  'GET /account/export': 'All that is known of oneself',
  'POST /account/erase': 'Form: erases one’s own account',
  'POST /account/sessions/:id': 'Form: ends one of one’s own sessions',
  'POST /account/verify': 'Form: sends a link that proves one’s e-mail address',
  'POST /account/password': 'Form: changes one’s own password',
  'POST /account/passkeys/options': 'What a browser makes a passkey of',
  'POST /account/passkeys': 'Adds a passkey',
  'POST /account/passkeys/:id/remove': 'Form: removes a passkey',
  'POST /account/link/:name': 'Form: links one’s own account with another provider',
  'POST /account/unlink/:name': 'Form: unlinks it',
  'GET /privacy': 'The register of processing, for all to read',
};

/** Lets the routes of a scope say what they do. To be called before they are registered. */
export function describeOperations(scope: FastifyInstance): void {
  const { prefix } = scope;
  scope.addHook('onRoute', (route) => {
    const operation = `${route.method} ${route.url.slice(prefix.length)}`;
    const page = PAGES[operation];
    const openapi = prefix === '/oidc' ? page && { summary: page } : ADMINISTRATION[operation];
    if (openapi) route.config = { ...route.config, openapi } as typeof route.config;
  });
}
