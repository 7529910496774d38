-- The keys with which collectivities send push messages. That of the default tenant is in vapid_key.
CREATE TABLE channels.push_key (
  tenant text PRIMARY KEY,
  public_key text NOT NULL,
  secret text NOT NULL
);
