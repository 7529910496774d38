// Checks whether the product in this container is ready, by its own settings. Without dependencies, to be fast.
const isTls = Boolean(process.env.TLS_CERT);
const { get } = await import(isTls ? 'node:https' : 'node:http');
const options = { host: '127.0.0.1', port: process.env.PORT || 1026, path: '/ready', rejectUnauthorized: false };
get(options, ({ statusCode }) => process.exit(statusCode === 200 ? 0 : 1)).on('error', () => process.exit(1));
