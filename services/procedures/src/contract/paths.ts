/** What somebody without an account sees and sends. */
export const CITIZEN_PROCEDURES = {
  list: 'GET /citizen/v1/procedures',
  one: 'GET /citizen/v1/procedures/:id',
  check: 'POST /citizen/v1/procedures/:id/check',
  reached: 'POST /citizen/v1/procedures/:id/pages',
  addFile: 'POST /citizen/v1/procedures/files',
  send: 'POST /citizen/v1/procedures/:id/dossiers',
  slots: 'GET /citizen/v1/procedures/slots/:resource',
} as const;

/** For people who have signed in. */
export const OWN_ACCOUNT = {
  account: 'GET /citizen/v1/procedures/account',
  dossiers: 'GET /citizen/v1/procedures/account/dossiers',
  send: 'POST /citizen/v1/procedures/account/:id/dossiers',
} as const;

/** Companies for which several people act. */
export const OWN_COMPANIES = {
  list: 'GET /citizen/v1/procedures/account/companies',
  found: 'POST /citizen/v1/procedures/account/companies',
  join: 'POST /citizen/v1/procedures/account/companies/join',
  invite: 'POST /citizen/v1/procedures/account/companies/:company/members',
  remove: 'DELETE /citizen/v1/procedures/account/companies/:company/members/:member',
  dossiers: 'GET /citizen/v1/procedures/account/companies/:company/dossiers',
} as const;

/** The sender's own dossier, by its secret link. */
export const FOLLOWED_DOSSIERS = {
  dossier: 'GET /citizen/v1/procedures/follow/:token',
  receipt: 'GET /citizen/v1/procedures/follow/:token/receipt',
  decision: 'GET /citizen/v1/procedures/follow/:token/decision',
  say: 'POST /citizen/v1/procedures/follow/:token/messages',
  complete: 'POST /citizen/v1/procedures/follow/:token/parts',
  withdraw: 'POST /citizen/v1/procedures/follow/:token/withdraw',
  rate: 'PUT /citizen/v1/procedures/follow/:token/satisfaction',
  rebook: 'PUT /citizen/v1/procedures/follow/:token/booking',
  cancelBooking: 'DELETE /citizen/v1/procedures/follow/:token/booking',
  pay: 'POST /citizen/v1/procedures/follow/:token/payment',
  calendar: 'GET /citizen/v1/procedures/follow/:token/calendar',
  export: 'GET /citizen/v1/procedures/follow/:token/export',
  erase: 'DELETE /citizen/v1/procedures/follow/:token',
} as const;

/** What the desk does with dossiers. */
export const DOSSIERS = {
  list: 'GET /procedures/dossiers',
  one: 'GET /procedures/dossiers/:id',
  act: 'POST /procedures/dossiers/:id/acts',
  decision: 'GET /procedures/dossiers/:id/decision',
  file: 'GET /procedures/dossiers/:id/files/:file',
} as const;

/** Which procedures there are, and their versions. */
export const PROCEDURES = {
  list: 'GET /procedures',
  one: 'GET /procedures/:id',
  check: 'POST /procedures/check',
  save: 'PUT /procedures/:id',
  publish: 'POST /procedures/:id/publish',
  archive: 'POST /procedures/:id/archive',
  remove: 'DELETE /procedures/:id',
  register: 'GET /procedures/register',
} as const;

/** How procedures go. */
export const STATISTICS = { figures: 'GET /procedures/statistics' } as const;

/** What Démarches simplifiées has. */
export const DEMARCHES = { takeOver: 'POST /procedures/demarches' } as const;

/** All dossiers as one file. */
export const TRANSFER = {
  export: 'GET /procedures/transfer',
  import: 'POST /procedures/transfer',
} as const;

/** Where payments go, and what the payment service tells. */
export const PAYMENTS = {
  account: 'GET /procedures/payments',
  saveAccount: 'PUT /procedures/payments',
} as const;
export const PAYMENT_NOTICES = {
  happened: 'POST /citizen/v1/procedures/payments/:token',
} as const;

/** What can be booked, and who has booked. */
export const BOOKINGS = {
  resources: 'GET /procedures/resources',
  save: 'PUT /procedures/resources/:id',
  remove: 'DELETE /procedures/resources/:id',
  bookings: 'GET /procedures/resources/:id/bookings',
} as const;
