CREATE INDEX CONCURRENTLY sender_company ON procedures.sender (tenant, company) WHERE company IS NOT NULL;
