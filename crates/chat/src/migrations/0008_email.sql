-- An address counts as somebody's once they have shown that they read it.
ALTER TABLE accounts ADD COLUMN email_verified_at {int};
-- The address an account is to have, once that is shown.
ALTER TABLE accounts ADD COLUMN pending_email {text};

-- Secrets that were sent to an address. Each works once, for one purpose, with the address it was sent to.
CREATE TABLE email_tokens (
    id         {id}    NOT NULL PRIMARY KEY, -- also that of the job that sends it
    hash       {bytes} NOT NULL UNIQUE,
    account_id {id}    NOT NULL,
    purpose    {text}  NOT NULL,
    email      {text}  NOT NULL,
    created_at {int}   NOT NULL,
    expires_at {int}   NOT NULL
){clustered};

CREATE INDEX email_tokens_of_account ON email_tokens (account_id, purpose);
CREATE INDEX email_tokens_to ON email_tokens (email, created_at);
