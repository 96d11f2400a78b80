-- What people say of themselves, besides their names. No row: nothing.
CREATE TABLE profiles (
    account_id  {id}   NOT NULL PRIMARY KEY,
    first_name  {text},
    last_name   {text},
    about       {text},
    gender      {text},
    age         {int},
    status_text {text},
    public_key  {text},
    avatar_id   {id},                       -- names the blobs of the picture: another picture, another id
    avatar      {text},                     -- the sizes there are: JSON, see profiles/picture.rs
    updated_at  {int}  NOT NULL             -- also of the display name
){clustered};

CREATE INDEX profiles_of_avatar ON profiles (avatar_id) WHERE avatar_id IS NOT NULL;

-- What a search finds an account by: its names from each of their words on, canonical, as bytes, so that both
-- engines order them alike.
CREATE TABLE name_words (
    word       {bytes} NOT NULL,
    account_id {id}    NOT NULL,
    PRIMARY KEY (word, account_id)
){clustered};

CREATE INDEX name_words_of_account ON name_words (account_id, word);

ALTER TABLE settings ADD COLUMN found_by_name {int};
ALTER TABLE settings ADD COLUMN found_by_email {int};
