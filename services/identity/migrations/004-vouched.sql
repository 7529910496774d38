-- What the provider vouched for at the last sign-in, encrypted: for services that ask the person for it.
ALTER TABLE identity.external_account ADD COLUMN vouched text;
