-- Facts about this database as a whole: its epoch, the digest of the owner link.
CREATE TABLE meta (
    key   {text} NOT NULL PRIMARY KEY,
    value {text} NOT NULL
){clustered};

CREATE TABLE accounts (
    id            {id}   NOT NULL PRIMARY KEY,
    username      {text} NOT NULL,          -- as first written
    username_key  {text} NOT NULL UNIQUE,   -- canonical: this is what is compared
    email         {text},
    email_key     {text} UNIQUE,
    display_name  {text} NOT NULL,
    role          {text} NOT NULL,
    password_hash {text},                   -- absent for a name that nobody can sign in to
    rev           {int}  NOT NULL DEFAULT 0,
    created_at    {int}  NOT NULL,
    last_seen_at  {int}
){clustered};

CREATE TABLE sessions (
    id                  {id}   NOT NULL PRIMARY KEY,
    account_id          {id}   NOT NULL,
    device              {text},
    address             {text} NOT NULL,
    created_at          {int}  NOT NULL,
    used_at             {int}  NOT NULL,
    expires_at          {int}  NOT NULL,    -- moves forward with every refresh
    absolute_expires_at {int}  NOT NULL,    -- never moves
    ended_at            {int}
){clustered};

CREATE INDEX sessions_of_account ON sessions (account_id);

-- One row for each token ever given to a session. Only digests are stored.
CREATE TABLE refresh_tokens (
    hash       {bytes} NOT NULL PRIMARY KEY,
    session_id {id}    NOT NULL,
    generation {int}   NOT NULL,
    created_at {int}   NOT NULL,
    used_at    {int}
){clustered};

CREATE INDEX refresh_tokens_of_session ON refresh_tokens (session_id);

CREATE TABLE sign_ins (
    account_id {id}   NOT NULL,
    at         {int}  NOT NULL,
    succeeded  {int}  NOT NULL,
    address    {text} NOT NULL,
    device     {text},
    PRIMARY KEY (account_id, at)
){clustered};

-- Failed guesses, counted by digest of what was guessed at, or by address.
CREATE TABLE throttles (
    key           {text} NOT NULL PRIMARY KEY,
    failures      {int}  NOT NULL,
    since         {int}  NOT NULL,          -- the newest of them
    blocked_until {int}  NOT NULL
){clustered};

CREATE INDEX throttles_by_age ON throttles (since);
