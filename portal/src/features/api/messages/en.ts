export const messages = {
  page: 'Try the API',
  intro:
    'Every operation of this platform, to be tried from here: what you send is done. Whoever is signed in asks with their own rights; “Authorize” takes a key or a token instead.',
  document: 'The document itself (OpenAPI 3.1)',
  loading: 'Loading the operations',
  failed: 'The operations could not be loaded.',
};
