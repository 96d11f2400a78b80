-- A conversation is a log. `last_seq` numbers its messages, `last_rev` every durable change.
CREATE TABLE conversations (
    id           {id}   NOT NULL PRIMARY KEY,
    kind         {text} NOT NULL,
    name         {text},
    room_key     {text} UNIQUE,             -- canonical name of a room
    pair_key     {bytes} UNIQUE,            -- both accounts of a direct conversation, in order
    made_by      {id}   NOT NULL,
    client_id    {text},                    -- makes creation exactly-once for its maker
    guests_read  {int}  NOT NULL,
    blocked      {int}  NOT NULL,           -- direct: whether a block stands between the two
    member_count {int}  NOT NULL,
    last_seq     {int}  NOT NULL,
    last_rev     {int}  NOT NULL,
    meta_rev     {int}  NOT NULL,           -- the change that last touched name or guests_read
    last_at      {int}  NOT NULL,           -- instant of the newest message, or of creation
    created_at   {int}  NOT NULL,
    UNIQUE (made_by, client_id)
){clustered};

CREATE INDEX conversations_rooms ON conversations (last_at, id) WHERE room_key IS NOT NULL;

-- A row stays when its member leaves: it carries the rev of leaving.
CREATE TABLE members (
    conversation_id {id}   NOT NULL,
    account_id      {id}   NOT NULL,
    role            {text} NOT NULL,
    visible_from    {int}  NOT NULL,
    delivered_seq   {int}  NOT NULL,
    read_seq        {int}  NOT NULL,
    rev             {int}  NOT NULL,
    joined_at       {int}  NOT NULL,
    left_at         {int},
    removed_by      {id},
    PRIMARY KEY (conversation_id, account_id)
){clustered};

CREATE INDEX members_of_account ON members (account_id, conversation_id) WHERE left_at IS NULL;
CREATE INDEX members_by_rev ON members (conversation_id, rev);

-- Clustered by (conversation, seq): the newest page is one walk. See docs/decisions/message-table.md.
CREATE TABLE messages (
    conversation_id {id}   NOT NULL,
    seq             {int}  NOT NULL,
    rev             {int}  NOT NULL,
    sender_id       {id}   NOT NULL,
    client_id       {bytes} NOT NULL,       -- a UUID as its 16 bytes, else the text
    sent_at         {int}  NOT NULL,
    encrypted       {int}  NOT NULL,
    content         {text},                 -- absent once deleted
    subject         {text},
    reply_to        {int},
    touched         {int}  NOT NULL DEFAULT 0,
    original        {bytes},                -- digest of what was first sent, once that has changed
    edited_at       {int},
    deleted_at      {int},
    PRIMARY KEY (conversation_id, seq)
){clustered};

-- Exactly-once, for ever. By client id first: ids that grow with time, as UUIDs of version 7 do, lie side by side, so
-- that a commit of many messages touches few pages of this. See docs/decisions/message-table.md.
CREATE UNIQUE INDEX messages_once ON messages (client_id, conversation_id, sender_id);
-- What changed after it was sent: few rows, so that appending does not pay for it.
CREATE INDEX messages_touched ON messages (conversation_id, rev) WHERE touched = 1;

CREATE TABLE blocks (
    account_id {id}  NOT NULL,
    blocked_id {id}  NOT NULL,
    created_at {int} NOT NULL,
    PRIMARY KEY (account_id, blocked_id)
){clustered};

CREATE INDEX blocks_of ON blocks (blocked_id, account_id);
