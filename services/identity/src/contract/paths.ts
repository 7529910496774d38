export const USERS = {
  list: 'GET /ops/identity/users',
  create: 'POST /ops/identity/users',
  user: 'GET /ops/identity/users/:id',
  change: 'PATCH /ops/identity/users/:id',
  erase: 'DELETE /ops/identity/users/:id',
  export: 'GET /ops/identity/users/:id/export',
  signOut: 'DELETE /ops/identity/users/:id/sessions',
  resetLink: 'POST /ops/identity/users/:id/reset-link',
  removeTotp: 'DELETE /ops/identity/users/:id/totp',
  removePasskeys: 'DELETE /ops/identity/users/:id/passkeys',
  see: 'POST /ops/identity/users/:id/view',
  import: 'POST /ops/identity/users/import',
} as const;

export const OWN_PEOPLE = {
  list: 'GET /ops/identity/own/people',
  invite: 'POST /ops/identity/own/people',
  change: 'PUT /ops/identity/own/people/:id',
  link: 'POST /ops/identity/own/people/:id/link',
} as const;

export const CATALOGUE = {
  organisations: 'GET /ops/identity/organisations',
  saveOrganisation: 'PUT /ops/identity/organisations/:id',
  deleteOrganisation: 'DELETE /ops/identity/organisations/:id',
  groups: 'GET /ops/identity/groups',
  saveGroup: 'PUT /ops/identity/groups/:id',
  deleteGroup: 'DELETE /ops/identity/groups/:id',
  roles: 'GET /ops/identity/roles',
  saveRole: 'PUT /ops/identity/roles/:id',
  deleteRole: 'DELETE /ops/identity/roles/:id',
} as const;

export const CLIENTS = {
  list: 'GET /ops/identity/clients',
  save: 'PUT /ops/identity/clients/:id',
  renewSecret: 'POST /ops/identity/clients/:id/secret',
  remove: 'DELETE /ops/identity/clients/:id',
} as const;

export const FEDERATION = {
  providers: 'GET /ops/identity/providers',
  saveProvider: 'PUT /ops/identity/providers/:name',
  deleteProvider: 'DELETE /ops/identity/providers/:name',
  directories: 'GET /ops/identity/directories',
  saveDirectory: 'PUT /ops/identity/directories/:name',
  deleteDirectory: 'DELETE /ops/identity/directories/:name',
  sync: 'POST /ops/identity/directories/:name/sync',
} as const;

export const IDENTITY_SETTINGS = {
  rotateKeys: 'POST /ops/identity/keys/rotate',
  events: 'GET /ops/identity/events',
  retention: 'GET /ops/identity/retention',
  changeRetention: 'PATCH /ops/identity/retention',
  processing: 'GET /ops/identity/processing',
  saveProcessing: 'PUT /ops/identity/processing/:id',
  deleteProcessing: 'DELETE /ops/identity/processing/:id',
} as const;

export const SIGN_IN = { required: 'GET /oidc/sign-in' } as const;
