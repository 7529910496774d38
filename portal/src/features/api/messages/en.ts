export const messages = {
  page: 'Try the API',
  intro:
    'All operations of the API, to try here: requests have real effects. They run with your own rights; under “Authorize” you can enter a key or a token instead.',
  document: 'The document itself (OpenAPI 3.1)',
  loading: 'Loading the operations',
  failed: 'The operations could not be loaded.',
};
