-- Several people for one company. Two entries with the same number are two groups of people: nothing is shared by number.
CREATE TABLE procedures.company (
  tenant text NOT NULL,
  id text NOT NULL,
  -- A SIREN, or a VAT number of Luxembourg.
  number text NOT NULL,
  name text NOT NULL,
  -- The title of the OpenID provider that vouched for the number. NULL: somebody wrote it.
  checked_by text,
  founded_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id)
);
CREATE UNIQUE INDEX company_checked ON procedures.company (tenant, number) WHERE checked_by IS NOT NULL;

-- Who acts for a company. Whose row is deleted has no right any more.
CREATE TABLE procedures.company_member (
  tenant text NOT NULL,
  id text NOT NULL,
  company text NOT NULL,
  role text NOT NULL CHECK (role IN ('owner', 'member')),
  -- Keyed hash of the person. NULL: invited.
  account text,
  -- Name and e-mail address, encrypted.
  sealed text NOT NULL,
  -- The last day. NULL: without end.
  until date,
  invited_at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (tenant, id),
  FOREIGN KEY (tenant, company) REFERENCES procedures.company ON DELETE CASCADE
);
CREATE UNIQUE INDEX company_member_account ON procedures.company_member (tenant, company, account);
CREATE INDEX company_member_person ON procedures.company_member (tenant, account) WHERE account IS NOT NULL;

-- For which company it was sent, and by which member.
ALTER TABLE procedures.sender ADD COLUMN company text, ADD COLUMN member text;
