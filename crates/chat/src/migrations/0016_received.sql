-- Up to where some connection of the member has been seen to receive messages; what was delivered or read was received
-- too. Nobody else learns it.
ALTER TABLE members ADD COLUMN received_seq {int} NOT NULL DEFAULT 0;
