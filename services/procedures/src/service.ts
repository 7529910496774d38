import { defineService } from '@alzette/kit/service';

/** E-services: forms, procedures, dossiers and bookings of citizens, companies and associations. */
export const procedures = defineService({
  name: 'procedures',
  async start() {
    return {};
  },
});
