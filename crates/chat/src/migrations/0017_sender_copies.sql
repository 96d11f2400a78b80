-- What a sender keeps of a message that it cannot read itself, since it encrypted it for somebody else.
CREATE TABLE sender_copies (
    account_id      {id}   NOT NULL,
    conversation_id {id}   NOT NULL,
    seq             {int}  NOT NULL,
    copy            {text} NOT NULL,
    PRIMARY KEY (account_id, conversation_id, seq)
){clustered};
