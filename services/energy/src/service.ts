import { defineService } from '@alzette/kit/service';

/** Energy and water of public buildings. */
export const energy = defineService({
  name: 'energy',
  async start() {
    return { async stop() {} };
  },
});
