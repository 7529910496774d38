CREATE INDEX CONCURRENTLY sender_account ON procedures.sender (tenant, account) WHERE account IS NOT NULL;
