import { connectTo } from './connect.js';
import { PATHS } from './paths.js';

export { AlzetteError, queryAll } from './connect.js';

export function connect(options) {
  return connectTo(PATHS, options);
}
