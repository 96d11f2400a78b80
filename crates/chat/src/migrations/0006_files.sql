-- A file. Its bytes are in the blob store before its row is here, and go after it.
CREATE TABLE files (
    id              {id}    NOT NULL PRIMARY KEY,
    account_id      {id}    NOT NULL,           -- who uploaded it
    name            {text}  NOT NULL,
    media_type      {text}  NOT NULL,           -- by its bytes
    size            {int}   NOT NULL,
    sha256          {bytes} NOT NULL,
    width           {int},                      -- of pictures
    height          {int},
    previews        {text},                     -- of pictures: JSON, see files/row.rs
    created_at      {int}   NOT NULL,
    conversation_id {id},                       -- the message it is attached to
    seq             {int}
){clustered};

CREATE INDEX files_of_account ON files (account_id, id);
CREATE INDEX files_of_message ON files (conversation_id, seq) WHERE conversation_id IS NOT NULL;
CREATE INDEX files_unattached ON files (created_at) WHERE conversation_id IS NULL;

-- What the message's files are, as JSON: they never change, and reading the log needs no join.
ALTER TABLE messages ADD COLUMN attachments {text};

-- An upload that goes in parts; the file it becomes has its id.
CREATE TABLE uploads (
    id         {id}   NOT NULL PRIMARY KEY,
    account_id {id}   NOT NULL,
    name       {text} NOT NULL,
    size       {int}  NOT NULL,                 -- all of it
    received   {int}  NOT NULL,
    expires_at {int}  NOT NULL                  -- moves forward with every part
){clustered};

CREATE INDEX uploads_of_account ON uploads (account_id);
CREATE INDEX uploads_by_expiry ON uploads (expires_at);

CREATE TABLE upload_parts (
    upload_id {id}  NOT NULL,
    start     {int} NOT NULL,                   -- where it belongs
    part_id   {id}  NOT NULL,                   -- its blob
    size      {int} NOT NULL,
    PRIMARY KEY (upload_id, start)
){clustered};
