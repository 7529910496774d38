export const PUBLICATIONS = {
  list: 'GET /publishing/items',
  one: 'GET /publishing/items/:id',
  add: 'POST /publishing/items',
  replace: 'PUT /publishing/items/:id',
  remove: 'DELETE /publishing/items/:id',
  decline: 'PUT /publishing/items/:id/declined/:commune',
  accept: 'DELETE /publishing/items/:id/declined/:commune',
  preview: 'POST /publishing/preview',
  addPicture: 'POST /publishing/pictures',
} as const;

export const FEEDS = {
  import: 'POST /publishing/imports',
  list: 'GET /publishing/feeds',
  save: 'PUT /publishing/feeds/:id',
  remove: 'DELETE /publishing/feeds/:id',
} as const;

export const REACH = {
  reach: 'GET /publishing/push',
  providers: 'GET /publishing/push/providers',
  removeProvider: 'DELETE /publishing/push/providers/:name',
} as const;

export const APP_SETTINGS = { settings: 'GET /publishing/settings', change: 'PUT /publishing/settings' } as const;

export const KEEPERS = {
  links: 'GET /publishing/items/:id/keepers',
  invite: 'POST /publishing/items/:id/keepers',
  revoke: 'DELETE /publishing/items/:id/keepers/:link',
  proposals: 'GET /publishing/proposals',
  accept: 'POST /publishing/items/:id/proposals/:proposal/accept',
  refuse: 'POST /publishing/items/:id/proposals/:proposal/refuse',
} as const;

export const CITIZEN_READING = {
  territory: 'GET /citizen/v1/territory',
  home: 'GET /citizen/v1/home',
  news: 'GET /citizen/v1/news',
  events: 'GET /citizen/v1/events',
  alerts: 'GET /citizen/v1/alerts',
  directory: 'GET /citizen/v1/directory',
  pages: 'GET /citizen/v1/pages',
  menus: 'GET /citizen/v1/menus',
  polls: 'GET /citizen/v1/polls',
  search: 'GET /citizen/v1/search',
  item: 'GET /citizen/v1/items/:id',
  event: 'GET /citizen/v1/items/:id/event.ics',
  calendar: 'GET /citizen/v1/events.ics',
  rss: 'GET /citizen/v1/news.rss',
  defibrillators: 'GET /citizen/v1/defibrillators',
  containers: 'GET /citizen/v1/containers',
  emergencyNumbers: 'GET /citizen/v1/emergency-numbers',
} as const;

export const POLLS = { answer: 'POST /citizen/v1/polls/:id/answers' } as const;

export const DEVICES = {
  key: 'GET /citizen/v1/push/key',
  add: 'POST /citizen/v1/push/endpoints',
  confirm: 'POST /citizen/v1/push/endpoints/:id/confirmation',
  wishes: 'GET /citizen/v1/push/endpoints/:id',
  setWishes: 'PUT /citizen/v1/push/endpoints/:id',
  changeTopics: 'POST /citizen/v1/push/endpoints/:id/topics',
  remove: 'DELETE /citizen/v1/push/endpoints/:id',
} as const;

export const KEPT_ENTRIES = {
  entry: 'GET /citizen/v1/keepers/:token',
  propose: 'PUT /citizen/v1/keepers/:token/proposal',
  addPicture: 'POST /citizen/v1/keepers/:token/pictures',
} as const;
