CREATE UNIQUE INDEX CONCURRENTLY attempt_of_tenant ON channels.attempt (tenant, message, attempt);
